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

    private static long read(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches() || !matcher.group(2).equals(crc(matcher.group(1)))) {
            throw new IOException("the cluster seed " + file
                    + " is damaged or of another version; restore it from a copy: under another seed none of the stored"
                    + " series would be found again");
        }
        return Long.parseUnsignedLong(matcher.group(1), 16);
    }

    private static void write(Path folder, Path file, long seed) throws IOException {
        String digits = "%016x".formatted(seed);
        String text = "engram cluster seed 1\n" + digits + " crc " + crc(digits) + "\n";
        Path temporary = folder.resolve(FILE + ".tmp");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
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

    private static String crc(String digits) {
        CRC32C crc = new CRC32C();
        crc.update(digits.getBytes(StandardCharsets.ISO_8859_1));
        return "%08x".formatted(crc.getValue());
    }
}
