package io.engram.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The random number that all hashes of a cluster begin with. Everything stored is named by it, so it is made once and a
 * file that is damaged stops the start: another seed would make every series a new one.
 *
 * <pre>
 * engram cluster seed 1
 * 0123456789abcdef crc 89abcdef
 * </pre>
 */
public final class ClusterSeed {
    private static final String FILE = "cluster-seed";
    private static final String KEY = "cluster-seed";
    private static final Pattern FORMAT = Pattern.compile("engram cluster seed 1\n([0-9a-f]{16}) crc ([0-9a-f]{8})\n");

    private ClusterSeed() {}

    /**
     * Reads the seed in {@code folder}, or makes one and returns when it is on disk. Called by one process at a time.
     *
     * @throws IOException where the file cannot be read or written, or is damaged; the text names it
     */
    public static long open(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (Files.exists(file)) {
            return read(file);
        }
        long seed = new SecureRandom().nextLong();
        write(folder, file, seed);
        return seed;
    }

    /**
     * The seed in {@code folder}, which is what the process has worked with; empty where it has none yet.
     *
     * @throws IOException where the file cannot be read, or is damaged; the text names it
     */
    public static OptionalLong find(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        return Files.exists(file) ? OptionalLong.of(read(file)) : OptionalLong.empty();
    }

    /**
     * The seed that all processes of a cluster share. A folder without a seed takes it over, so that it stays known should
     * the store lose it; a store without one gets that of the folder. Where neither has one, a process that keeps samples
     * makes it: of those that start together one puts its own there. No other process does, because to the store that lost
     * its data it would give another seed than that of the samples there are.
     *
     * @param keepsSamples whether this process may make the seed of a cluster that has none
     * @return empty where this process has to wait for one that puts the seed there
     * @throws IOException as {@link #open(Path)}, or where the folder has the seed of another cluster
     * @throws StoreUnavailableException where the store cannot be reached
     */
    public static OptionalLong open(Path folder, KeyValueStore store, boolean keepsSamples) throws IOException {
        OptionalLong own = find(folder);
        KeyValueStore.Versioned stored = store.get(KEY);
        if (stored.version() == 0) {
            if (own.isEmpty() && !keepsSamples) {
                return own;
            }
            // Lost to a faster process, or written with the answer lost: what counts is what is there then, and nothing
            // is
            // written into the folder before.
            long proposed = own.orElseGet(() -> new SecureRandom().nextLong());
            store.compareAndSet(KEY, 0, text(proposed).getBytes(StandardCharsets.ISO_8859_1));
            stored = store.get(KEY);
        }
        Path file = folder.resolve(FILE);
        long shared = parse(stored.value(), KEY + " in the ring's store");
        if (own.isEmpty()) {
            write(folder, file, shared);
        }
        if (read(file) != shared) {
            throw new IOException(
                    "the cluster seed " + file + " is not the one that the cluster's store has: the folder is of"
                            + " another cluster. Give this process a new data folder, or the cluster it belongs to"
                            + " (ring.zookeeper.*)");
        }
        return OptionalLong.of(shared);
    }

    private static long read(Path file) throws IOException {
        return parse(Files.readAllBytes(file), file.toString());
    }

    private static long parse(byte[] bytes, String where) throws IOException {
        Matcher matcher = FORMAT.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        if (!matcher.matches() || !matcher.group(2).equals(crc(matcher.group(1)))) {
            throw new IOException("the cluster seed " + where
                    + " is damaged or of another version; restore it from a copy: under another seed none of the stored"
                    + " series would be found again");
        }
        return Long.parseUnsignedLong(matcher.group(1), 16);
    }

    private static void write(Path folder, Path file, long seed) throws IOException {
        Path temporary = folder.resolve(FILE + ".tmp");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text(seed).getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        // The name is on disk only when the folder is.
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String text(long seed) {
        String digits = "%016x".formatted(seed);
        return "engram cluster seed 1\n" + digits + " crc " + crc(digits) + "\n";
    }

    private static String crc(String digits) {
        CRC32C crc = new CRC32C();
        crc.update(digits.getBytes(StandardCharsets.ISO_8859_1));
        return "%08x".formatted(crc.getValue());
    }
}
