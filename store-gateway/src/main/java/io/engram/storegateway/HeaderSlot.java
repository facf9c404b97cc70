package io.engram.storegateway;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.time.Clock;
import io.engram.tsdb.block.CorruptBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The index-header of one block: absent, on disk, or loaded. Safe for many threads: the lock is held while it is made or loaded. */
final class HeaderSlot {
    private static final Logger log = LoggerFactory.getLogger(HeaderSlot.class);

    private final BlockKey key;
    private final long handle;
    private final Path file;
    private final HeaderBuild build;
    private final Clock clock;
    private final GatewayMetrics metrics;
    private final ReentrantLock lock = new ReentrantLock();
    private IndexHeader loaded; // guarded by lock
    /** Whoever waited for the lock asks for another slot: nobody would ever unload what this one loads. */
    private volatile boolean dead; // written under lock

    private volatile boolean onDisk; // written under lock
    private volatile boolean isLoaded; // written under lock
    private volatile long usedMs;

    HeaderSlot(BlockKey key, long handle, Path file, HeaderBuild build, Clock clock, GatewayMetrics metrics) {
        this.key = key;
        this.handle = handle;
        this.file = file;
        this.build = build;
        this.clock = clock;
        this.metrics = metrics;
    }

    BlockKey key() {
        return key;
    }

    boolean onDisk() {
        return onDisk;
    }

    /** Deleted, or of a block that was not there: of no use to anybody. */
    boolean isDead() {
        return dead;
    }

    boolean isLoaded() {
        return isLoaded;
    }

    void foundOnDisk() {
        onDisk = true;
    }

    /** The header, retained; empty where the slot is dead. */
    Optional<IndexHeader> acquire() {
        lock.lock();
        try {
            if (dead) {
                return Optional.empty();
            }
            usedMs = clock.nowMs();
            if (loaded == null) {
                loaded = load();
                isLoaded = true;
            }
            loaded.retain(); // cannot fail: the slot holds it
            return Optional.of(loaded);
        } finally {
            lock.unlock();
        }
    }

    /** Makes the file where it is missing; empty where the slot is dead. */
    Optional<Boolean> ensure() {
        lock.lock();
        try {
            if (dead) {
                return Optional.empty();
            }
            boolean missing = !onDisk;
            if (missing) {
                usedMs = clock.nowMs();
                IndexHeader made = make();
                made.release();
            }
            return Optional.of(missing);
        } finally {
            lock.unlock();
        }
    }

    private IndexHeader load() {
        if (onDisk) {
            try {
                IndexHeader header = IndexHeader.open(file, key, handle);
                metrics.headerLoads.inc();
                return header;
            } catch (CorruptBlock | IOException e) {
                metrics.headersRebuilt.inc();
                log.warn(
                        "The index-header {} is made anew: {}",
                        file,
                        e instanceof CorruptBlock ? e.getMessage() : e.toString());
            }
        }
        IndexHeader header = make();
        metrics.headerLoads.inc();
        return header;
    }

    /** Reads it from the bucket, a second time where it is damaged. */
    private IndexHeader make() {
        try {
            return make(true);
        } catch (CorruptBlock first) {
            metrics.doubt();
            try {
                return make(false);
            } catch (CorruptBlock second) {
                metrics.damage();
                throw Failures.damaged(key.tenant(), second);
            }
        }
    }

    private IndexHeader make(boolean believeMeta) {
        try {
            onDisk = false;
            build.build(key, file, believeMeta);
            IndexHeader header = IndexHeader.open(file, key, handle);
            onDisk = true;
            metrics.headersBuilt.inc();
            return header;
        } catch (BlockGone e) {
            dead = true;
            throw e;
        } catch (IOException e) {
            throw new Failure(
                    ErrorId.BLOCK_UNAVAILABLE, "write the index-header " + file + " of block " + key + ": " + e, e);
        }
    }

    /** Where it was last used at {@code untilMs} or before; a slot that has nothing is dead then. */
    void unloadIfIdle(long untilMs) {
        if (usedMs > untilMs || (onDisk && !isLoaded) || !lock.tryLock()) {
            return;
        }
        try {
            if (usedMs > untilMs) {
                return;
            }
            if (loaded == null) {
                if (!onDisk) {
                    dead = true;
                }
            } else {
                loaded.release();
                loaded = null;
                isLoaded = false;
                metrics.headerUnloads.inc();
            }
        } finally {
            lock.unlock();
        }
    }

    void delete() throws IOException {
        lock.lock();
        try {
            Files.deleteIfExists(file);
            dead = true;
            onDisk = false;
            isLoaded = false;
            if (loaded != null) {
                loaded.release();
                loaded = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
