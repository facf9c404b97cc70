package io.engram.compactor.job;

import io.engram.compactor.plan.PlannedJob;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.tsdb.block.BlockFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder in which jobs work: {@code <tenant>/sources/<block>}, and {@code <tenant>/merged/<first source>/<block>} for what
 * they were merged into. Nothing in it is the only copy of anything. For any number of threads, of one process.
 */
public final class WorkFolder {
    /** Left free whatever happens: the disk may be that of the ingester's log. */
    private static final long SPARE_BYTES = 256 << 20;

    private final Path root;
    private long reservedBytes; // guarded by this

    public WorkFolder(Path root) {
        this.root = root;
    }

    Path sources(TenantId tenant) {
        return root.resolve(tenant.value()).resolve("sources");
    }

    /** Where the block of a job is made; no block is the first of two jobs. */
    Path merged(TenantId tenant, PlannedJob job) {
        return merged(tenant).resolve(job.ids().getFirst().toString());
    }

    private Path merged(TenantId tenant) {
        return root.resolve(tenant.value()).resolve("merged");
    }

    /** Room on the disk, held until it is closed. */
    final class Room implements AutoCloseable {
        private final long bytes;

        private Room(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public void close() {
            synchronized (WorkFolder.this) {
                reservedBytes -= bytes;
            }
        }
    }

    /** Whether so much is free beside what running jobs may still need; if not, how much is. */
    synchronized OptionalLong lacksRoom(long bytes) throws IOException {
        Files.createDirectories(root);
        long free = Files.getFileStore(root).getUsableSpace() - SPARE_BYTES - reservedBytes;
        return bytes <= free ? OptionalLong.empty() : OptionalLong.of(Math.max(0, free));
    }

    synchronized Room reserve(long bytes) {
        reservedBytes += bytes;
        return new Room(bytes);
    }

    /** Removes all of a tenant but what belongs to jobs of the named sources. */
    public void keepOnly(TenantId tenant, Set<BlockId> sources) throws IOException {
        clean(sources(tenant), sources);
        clean(merged(tenant), sources);
    }

    /** Removes what is left of tenants that are not named. */
    public void keepOnly(Set<TenantId> tenants) throws IOException {
        if (Files.exists(root)) {
            for (Path folder : entries(root)) {
                if (tenants.stream().noneMatch(tenant -> tenant.value()
                        .equals(folder.getFileName().toString()))) {
                    clean(folder.resolve("sources"), Set.of());
                    clean(folder.resolve("merged"), Set.of());
                    Files.deleteIfExists(folder.resolve("sources"));
                    Files.deleteIfExists(folder.resolve("merged"));
                    Files.deleteIfExists(folder);
                }
            }
        }
    }

    private static void clean(Path folder, Set<BlockId> kept) throws IOException {
        if (Files.exists(folder)) {
            for (Path entry : entries(folder)) {
                if (BlockId.tryParse(entry.getFileName().toString())
                        .filter(kept::contains)
                        .isEmpty()) {
                    BlockFolders.delete(entry);
                }
            }
        }
    }

    static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.sorted().toList();
        }
    }
}
