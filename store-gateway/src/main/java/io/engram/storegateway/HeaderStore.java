package io.engram.storegateway;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.failure.Failure;
import io.engram.model.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The index-headers of a folder: made when they are first needed, loaded when they are used, out of memory when they are not.
 * Safe for many threads; each block is worked on by one at a time, and the others wait for it.
 */
final class HeaderStore {
    private final Path folder;
    private final HeaderBuild build;
    private final Clock clock;
    private final long idleTimeoutMs;
    private final GatewayMetrics metrics;
    private final Map<BlockKey, HeaderSlot> slots = new ConcurrentHashMap<>();
    private final AtomicLong handles = new AtomicLong();

    HeaderStore(Path folder, HeaderBuild build, long idleTimeoutMs, Clock clock, GatewayMetrics metrics) {
        this.folder = folder;
        this.build = build;
        this.idleTimeoutMs = idleTimeoutMs;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Finds the headers that are on the disk; opens none of them. */
    void open() throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> tenants = Files.list(folder)) {
            for (Path tenant : tenants.filter(Files::isDirectory).toList()) {
                openTenant(tenant);
            }
        }
    }

    private void openTenant(Path tenantFolder) throws IOException {
        TenantId tenant;
        try {
            tenant = new TenantId(tenantFolder.getFileName().toString());
        } catch (Failure _) {
            return; // not ours
        }
        try (Stream<Path> files = Files.list(tenantFolder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Optional<BlockId> block = block(file, HeaderFormat.SUFFIX);
                if (block.isPresent()) {
                    slot(new BlockKey(tenant, block.get())).foundOnDisk();
                } else if (block(file, HeaderFormat.SUFFIX + HeaderFormat.UNFINISHED_SUFFIX)
                        .isPresent()) {
                    Files.delete(file); // a killed process was writing it; anything else is somebody's
                }
            }
        }
    }

    /** Empty where the name is not that of a block with a suffix. */
    private static Optional<BlockId> block(Path file, String suffix) {
        String name = file.getFileName().toString();
        return name.endsWith(suffix)
                ? BlockId.tryParse(name.substring(0, name.length() - suffix.length()))
                : Optional.empty();
    }

    private HeaderSlot slot(BlockKey key) {
        return slots.computeIfAbsent(
                key,
                k -> new HeaderSlot(k, handles.incrementAndGet(), HeaderFormat.file(folder, k), build, clock, metrics));
    }

    /**
     * The header of a block, retained for the caller.
     *
     * @throws BlockGone where the block is not in the bucket
     * @throws io.engram.model.failure.Failure where the bucket or the local disk fails, or the block is damaged
     */
    IndexHeader acquire(BlockKey key) {
        return with(key, HeaderSlot::acquire);
    }

    /** Makes the header where it is not on disk; throws as {@link #acquire}. */
    void ensure(BlockKey key) {
        with(key, HeaderSlot::ensure);
    }

    private <T> T with(BlockKey key, Function<HeaderSlot, Optional<T>> work) {
        while (true) {
            HeaderSlot slot = slot(key);
            try {
                Optional<T> result = work.apply(slot);
                if (result.isPresent()) {
                    return result.get();
                }
            } finally {
                if (slot.isDead()) {
                    slots.remove(key, slot); // or names that nobody knows would fill the memory
                }
            }
        }
    }

    /** Blocks that have a header on disk. */
    List<BlockKey> onDisk() {
        return slots.values().stream()
                .filter(HeaderSlot::onDisk)
                .map(HeaderSlot::key)
                .toList();
    }

    boolean isLoaded(BlockKey key) {
        HeaderSlot slot = slots.get(key);
        return slot != null && slot.isLoaded();
    }

    int loadedCount() {
        return (int) slots.values().stream().filter(HeaderSlot::isLoaded).count();
    }

    /** Takes out of memory what nobody has used for the idle timeout. */
    void unloadIdle() {
        long untilMs = clock.nowMs() - idleTimeoutMs;
        slots.values().removeIf(slot -> {
            slot.unloadIfIdle(untilMs);
            return slot.isDead();
        });
    }

    /** For tests: blocks that something is known of. */
    int slotCount() {
        return slots.size();
    }

    /** Deletes a header; who works with it goes on. Where the disk refuses, it is there as before. */
    void delete(BlockKey key) throws IOException {
        HeaderSlot slot = slots.get(key);
        if (slot != null) {
            slot.delete();
            slots.remove(key, slot);
        }
    }

    /** Lets go of what is loaded; the files stay. */
    void close() {
        slots.values().forEach(slot -> slot.unloadIfIdle(Long.MAX_VALUE));
    }
}
