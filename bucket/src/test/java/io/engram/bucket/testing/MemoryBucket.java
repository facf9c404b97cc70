package io.engram.bucket.testing;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.BucketUnavailable.Reason;
import io.engram.bucket.Condition;
import io.engram.bucket.Keys;
import io.engram.bucket.ListPage;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.ObjectInfo;
import io.engram.bucket.Operation;
import io.engram.bucket.StoredObject;
import io.engram.model.labels.Utf8Order;
import io.engram.model.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A bucket in memory. Times are a clock's. */
public final class MemoryBucket implements Bucket {
    private static final int PAGE = 1000;

    private final ConcurrentSkipListMap<String, Stored> objects = new ConcurrentSkipListMap<>(Utf8Order::compare);
    private final AtomicLong versions = new AtomicLong();
    private final Clock clock;

    private record Stored(byte[] bytes, long modifiedMs, String version) {
        ObjectInfo info(String key) {
            return new ObjectInfo(key, bytes.length, modifiedMs, version);
        }
    }

    public MemoryBucket(Clock clock) {
        this.clock = clock;
    }

    /** All keys, in order. */
    public List<String> keys() {
        return List.copyOf(objects.keySet());
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public void upload(String key, Path file) throws BucketUnavailable {
        Keys.check(key);
        try {
            put(key, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new BucketUnavailable(Reason.LOCAL_FILE, Operation.UPLOAD, name(), key, "read " + file + ": " + e, e);
        }
    }

    @Override
    public void put(String key, byte[] bytes) {
        Keys.check(key);
        objects.put(key, stored(bytes));
    }

    private Stored stored(byte[] bytes) {
        return new Stored(bytes.clone(), clock.nowMs(), "v" + versions.incrementAndGet());
    }

    @Override
    public Optional<String> putIf(Condition condition, String key, byte[] bytes) {
        Keys.check(key);
        Stored written = stored(bytes);
        AtomicReference<Stored> there = new AtomicReference<>();
        objects.compute(key, (_, current) -> {
            boolean holds =
                    switch (condition) {
                        case Condition.Absent() -> current == null;
                        case Condition.Matches(String version) -> current != null && current.version.equals(version);
                    };
            there.set(holds ? written : current);
            return holds ? written : current;
        });
        return there.get() == written ? Optional.of(written.version) : Optional.empty();
    }

    @Override
    public ObjectInfo stat(String key) throws NoSuchObject {
        return find(Operation.STAT, key).info(key);
    }

    @Override
    public StoredObject get(String key, int maxBytes) throws NoSuchObject, BucketUnavailable {
        Stored stored = find(Operation.GET, key);
        if (stored.bytes.length > maxBytes) {
            throw unfit(Operation.GET, key, "has " + stored.bytes.length + " bytes, may have " + maxBytes);
        }
        return new StoredObject(stored.info(key), stored.bytes.clone());
    }

    @Override
    public byte[] getRange(String key, long offset, int length) throws NoSuchObject, BucketUnavailable {
        Keys.checkRange(offset, length);
        Stored stored = find(Operation.GET_RANGE, key);
        if (offset + length > stored.bytes.length) {
            throw unfit(Operation.GET_RANGE, key, "has " + stored.bytes.length + " bytes");
        }
        return Arrays.copyOfRange(stored.bytes, (int) offset, (int) offset + length);
    }

    private Stored find(Operation operation, String key) throws NoSuchObject {
        Keys.check(key);
        Stored stored = objects.get(key);
        if (stored == null) {
            throw new NoSuchObject(operation, name(), key);
        }
        return stored;
    }

    private BucketUnavailable unfit(Operation operation, String key, String problem) {
        return new BucketUnavailable(Reason.UNFIT, operation, name(), key, problem, null);
    }

    @Override
    public void list(String prefix, Depth depth, PageConsumer pages) throws BucketUnavailable {
        Keys.checkPrefix(prefix);
        List<ObjectInfo> found = new ArrayList<>();
        SortedSet<String> folders = new TreeSet<>(Utf8Order::compare);
        objects.tailMap(prefix).forEach((key, stored) -> {
            int slash = key.indexOf('/', prefix.length());
            if (key.startsWith(prefix)) {
                if (depth == Depth.FOLDER && slash >= 0) {
                    folders.add(key.substring(0, slash + 1));
                } else {
                    found.add(stored.info(key));
                }
            }
        });
        boolean goOn = folders.isEmpty() || pages.accept(new ListPage(List.of(), List.copyOf(folders)));
        for (int from = 0; goOn && from < found.size(); from += PAGE) {
            goOn = pages.accept(new ListPage(found.subList(from, Math.min(from + PAGE, found.size())), List.of()));
        }
    }

    @Override
    public void delete(String key) {
        Keys.check(key);
        objects.remove(key);
    }

    @Override
    public void close() {}
}
