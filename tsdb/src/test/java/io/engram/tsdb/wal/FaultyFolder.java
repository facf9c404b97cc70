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
        int end; // of what was appended
        int size; // with the room behind it
        int syncedEnd;
        int syncedSize;
        boolean named; // the folder was synced since the file was created

        byte[] copy(int length) {
            return Arrays.copyOf(bytes, length);
        }

        /** What was synced, and zeros where the room behind it was written into since. */
        byte[] synced() {
            return Arrays.copyOf(Arrays.copyOf(bytes, syncedEnd), syncedSize);
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

    /** Without the room behind the ends of files. */
    synchronized long appendedBytes() {
        return files.values().stream().mapToLong(file -> file.end).sum();
    }

    synchronized byte[] content(String name) {
        Content file = files.get(name);
        return file.copy(file.size);
    }

    synchronized void put(String name, byte[] bytes) {
        Content file = new Content();
        file.bytes = bytes.clone();
        file.end = bytes.length;
        file.size = bytes.length;
        file.syncedEnd = bytes.length;
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
                left.put(name, file.synced());
            }
        });
        return left;
    }

    @Override
    public LogFile create(String name, int roomBytes) throws IOException {
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
                return append(name, source, take, roomBytes);
            }

            @Override
            public void sync() throws IOException {
                int end = endNow(name);
                faults.sync(name);
                synced(name, end);
            }

            @Override
            public void close() {
                closed(name);
            }
        };
    }

    private synchronized int endNow(String name) {
        return files.get(name).end;
    }

    private synchronized void closed(String name) {
        calls.add("close " + name);
        Content file = files.get(name);
        if (file != null) {
            file.size = file.end;
            file.syncedSize = Math.min(file.syncedSize, file.size);
        }
    }

    private synchronized void synced(String name, int end) {
        calls.add("sync " + name + " " + end);
        Content file = files.get(name);
        file.syncedEnd = Math.max(file.syncedEnd, end);
        file.syncedSize = Math.max(file.syncedSize, file.size);
    }

    private synchronized int append(String name, ByteBuffer source, int take, int roomBytes) throws IOException {
        Content file = files.get(name);
        int room = file.size - file.end;
        int fits = (int) Math.min(take, room + capacityBytes - usedBytes());
        if (fits <= 0) {
            throw new IOException("No space left on device");
        }
        if (fits > room) {
            file.size = file.end + fits;
            file.size += Math.clamp(capacityBytes - usedBytes(), 0, roomBytes);
        }
        if (file.bytes.length < file.size) {
            file.bytes = Arrays.copyOf(file.bytes, Math.max(file.size, file.bytes.length * 2));
        }
        source.get(file.bytes, file.end, fits);
        file.end += fits;
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
