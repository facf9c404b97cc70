package io.engram.tsdb.wal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A folder in memory that fails when it is told to, remembers every call, and knows what a power cut would leave: the
 * synced bytes of files whose names were synced.
 */
final class FaultyFolder implements LogFolder {
    /** Decides about calls before they happen; may throw, and may block on a latch of the test. */
    interface Faults {
        /** How many of {@code remaining} bytes the write takes. */
        default int write(String name, int remaining) throws IOException {
            return remaining;
        }

        default void sync(String name) throws IOException {}

        default void create(String name) throws IOException {}
    }

    private static final class Content {
        byte[] bytes = new byte[1024];
        int size;
        int syncedSize;
        boolean named; // the folder was synced since the file was created

        byte[] copy(int length) {
            return Arrays.copyOf(bytes, length);
        }
    }

    private final Map<String, Content> files = new TreeMap<>(); // guarded by this, as all below
    private final List<String> calls = new ArrayList<>();
    private long capacityBytes = Long.MAX_VALUE;
    volatile Faults faults = new Faults() {};

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    synchronized long callCount(String prefix) {
        return calls.stream().filter(call -> call.startsWith(prefix)).count();
    }

    synchronized void capacity(long bytes) {
        capacityBytes = bytes;
    }

    synchronized long usedBytes() {
        return files.values().stream().mapToLong(file -> file.size).sum();
    }

    synchronized byte[] content(String name) {
        Content file = files.get(name);
        return file.copy(file.size);
    }

    synchronized void put(String name, byte[] bytes) {
        Content file = new Content();
        file.bytes = bytes.clone();
        file.size = bytes.length;
        file.syncedSize = bytes.length;
        file.named = true;
        files.put(name, file);
    }

    /** What is left after the end of the process. */
    synchronized FaultyFolder afterKill() {
        FaultyFolder left = new FaultyFolder();
        files.forEach((name, file) -> left.put(name, file.copy(file.size)));
        return left;
    }

    /** What is left after a power cut. */
    synchronized FaultyFolder afterPowerCut() {
        FaultyFolder left = new FaultyFolder();
        files.forEach((name, file) -> {
            if (file.named) {
                left.put(name, file.copy(file.syncedSize));
            }
        });
        return left;
    }

    @Override
    public LogFile create(String name) throws IOException {
        faults.create(name);
        synchronized (this) {
            calls.add("create " + name);
            if (files.containsKey(name)) {
                throw new IOException(name + " exists");
            }
            files.put(name, new Content());
        }
        return new LogFile() {
            @Override
            public int write(ByteBuffer source) throws IOException {
                int take = faults.write(name, source.remaining());
                return append(name, source, take);
            }

            @Override
            public void sync() throws IOException {
                int size = sizeNow(name);
                faults.sync(name);
                synced(name, size);
            }

            @Override
            public void close() {
                note("close " + name);
            }
        };
    }

    private synchronized int sizeNow(String name) {
        return files.get(name).size;
    }

    private synchronized void note(String call) {
        calls.add(call);
    }

    private synchronized void synced(String name, int size) {
        calls.add("sync " + name + " " + size);
        Content file = files.get(name);
        file.syncedSize = Math.max(file.syncedSize, size);
    }

    private synchronized int append(String name, ByteBuffer source, int take) throws IOException {
        Content file = files.get(name);
        int fits = (int) Math.min(take, capacityBytes - usedBytes());
        if (fits <= 0) {
            throw new IOException("No space left on device");
        }
        if (file.bytes.length < file.size + fits) {
            file.bytes = Arrays.copyOf(file.bytes, Math.max(file.size + fits, file.bytes.length * 2));
        }
        source.get(file.bytes, file.size, fits);
        file.size += fits;
        calls.add("write " + name + " " + fits);
        return fits;
    }

    @Override
    public synchronized LogSource open(String name) throws IOException {
        Content file = find(name);
        byte[] bytes = file.copy(file.size);
        return new LogSource() {
            @Override
            public int read(ByteBuffer target, long offset) {
                int count = Math.clamp(bytes.length - offset, 0, target.remaining());
                target.put(bytes, (int) Math.min(offset, bytes.length), count);
                return count;
            }

            @Override
            public long sizeBytes() {
                return bytes.length;
            }

            @Override
            public void close() {}
        };
    }

    private Content find(String name) throws IOException {
        Content file = files.get(name);
        if (file == null) {
            throw new FileNotFoundException(name);
        }
        return file;
    }

    @Override
    public synchronized List<String> names() {
        return List.copyOf(files.keySet());
    }

    @Override
    public synchronized long sizeBytes(String name) throws IOException {
        return find(name).size;
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        calls.add("rename " + from + " " + to);
        Content file = find(from);
        files.remove(from);
        file.named = false;
        files.put(to, file);
    }

    @Override
    public synchronized void delete(String name) {
        calls.add("delete " + name);
        files.remove(name);
    }

    @Override
    public synchronized void sync() {
        calls.add("sync folder");
        files.values().forEach(file -> file.named = true);
    }
}
