package io.engram.compactor.job;

import io.engram.compactor.plan.PlannedJob;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.tsdb.block.BlockFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder in which jobs work: {@code <tenant>/sources/<block>}, and {@code <tenant>/merged/<first source>/<block>} for what
 * they were merged into. Nothing in it is the only copy of anything. For any number of threads, of one process.
 */
public final class WorkFolder {
    private static final String SOURCES = "sources";
    private static final String MERGED = "merged";

    /** Left free whatever happens: the disk may be that of the ingester's log. */
    private static final long SPARE_BYTES = 256 << 20;

    private final Path root;
    private long reservedBytes; // guarded by this

    public WorkFolder(Path root) {
        this.root = root;
    }

    Path sources(TenantId tenant) {
        return root.resolve(tenant.value()).resolve(SOURCES);
    }

    /** Where the block of a job is made; no block is the first of two jobs. */
    Path merged(TenantId tenant, PlannedJob job) {
        return merged(tenant).resolve(job.ids().getFirst().toString());
    }

    private Path merged(TenantId tenant) {
        return root.resolve(tenant.value()).resolve(MERGED);
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

    /** Room for so much, if it is free beside what running jobs may still need. */
    synchronized Optional<Room> reserve(long bytes) throws IOException {
        if (bytes > freeBytes()) {
            return Optional.empty();
        }
        reservedBytes += bytes;
        return Optional.of(new Room(bytes));
    }

    synchronized long freeBytes() throws IOException {
        Files.createDirectories(root);
        return Math.max(0, Files.getFileStore(root).getUsableSpace() - SPARE_BYTES - reservedBytes);
    }

    /** Removes all of a tenant but what belongs to jobs of the named sources. */
    public void keepOnly(TenantId tenant, Set<BlockId> sources) throws IOException {
        clean(sources(tenant), sources);
        clean(merged(tenant), sources);
    }

    /** Removes what is left of tenants that are not named. */
    public void keepOnly(Set<TenantId> tenants) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Set<String> names = new HashSet<>();
        tenants.forEach(tenant -> names.add(tenant.value()));
        for (Path folder : entries(root)) {
            if (!names.contains(folder.getFileName().toString())) {
                clean(folder.resolve(SOURCES), Set.of());
                clean(folder.resolve(MERGED), Set.of());
                removeIfEmpty(folder.resolve(SOURCES));
                removeIfEmpty(folder.resolve(MERGED));
                removeIfEmpty(folder);
            }
        }
    }

    /** Whatever is not named like a block is not ours. */
    private static void clean(Path folder, Set<BlockId> kept) throws IOException {
        if (Files.exists(folder)) {
            for (Path entry : entries(folder)) {
                String name = entry.getFileName().toString();
                boolean ours = name.length() >= BlockId.LENGTH
                        && BlockId.tryParse(name.substring(0, BlockId.LENGTH)).isPresent();
                if (ours && BlockId.tryParse(name).filter(kept::contains).isEmpty()) {
                    BlockFolders.delete(entry);
                }
            }
        }
    }

    private static void removeIfEmpty(Path folder) throws IOException {
        if (Files.isDirectory(folder) && entries(folder).isEmpty()) {
            Files.delete(folder);
        }
    }

    static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.sorted().toList();
        }
    }
}
