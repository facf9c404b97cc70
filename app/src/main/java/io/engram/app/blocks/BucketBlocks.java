package io.engram.app.blocks;

import io.engram.bucket.Bucket;
import io.engram.bucket.Bucket.Depth;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.index.ParallelReads;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.BlockUploader;
import io.engram.bucket.layout.DeletionMark;
import io.engram.bucket.layout.Marks;
import io.engram.bucket.layout.TenantBucket;
import io.engram.compactor.job.BlockDownload;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.json.DamagedJson;
import io.engram.model.time.Clock;
import io.engram.tsdb.block.BlockFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Blocks of one tenant or of all in a bucket. */
final class BucketBlocks implements BlockSource {
    private static final int PARALLEL_READS = 16;

    private final Bucket bucket;
    private final Optional<TenantId> tenant;

    /** @param tenant empty for all */
    BucketBlocks(Bucket bucket, Optional<TenantId> tenant) {
        this.bucket = bucket;
        this.tenant = tenant;
    }

    @Override
    public String name() {
        return tenant.map(one -> bucket.name() + "/" + one).orElse(bucket.name());
    }

    @Override
    public List<FoundBlock> list() throws IOException {
        List<FoundBlock> found = new ArrayList<>();
        for (TenantId one : tenant.isPresent() ? List.of(tenant.get()) : TenantBucket.tenants(bucket)) {
            found.addAll(list(new TenantBucket(bucket, one)));
        }
        return found;
    }

    /** Tenants that have a block of this name, whole or not: one, or none. */
    List<TenantId> tenantsOf(BlockId id) throws IOException {
        List<TenantId> found = new ArrayList<>();
        for (TenantId one : tenant.isPresent() ? List.of(tenant.get()) : TenantBucket.tenants(bucket)) {
            new TenantBucket(bucket, one).list(BlockPaths.folder(id), Depth.FOLDER, page -> {
                if (!page.objects().isEmpty() && !found.contains(one)) {
                    found.add(one);
                }
                return true;
            });
        }
        return found;
    }

    private static List<FoundBlock> list(TenantBucket own) throws BucketUnavailable {
        List<BlockId> ids = new ArrayList<>();
        own.list("", Depth.FOLDER, page -> {
            page.folders().forEach(folder -> BlockPaths.blockOfFolder(folder).ifPresent(ids::add));
            return true;
        });
        Marks.Listed marked = new Marks(own).list();
        return List.copyOf(new ParallelReads<BlockId, FoundBlock>(PARALLEL_READS, id -> read(own, id, marked))
                .run(ids)
                .values());
    }

    private static FoundBlock read(TenantBucket own, BlockId id, Marks.Listed marked) throws BucketUnavailable {
        List<String> notes = new ArrayList<>();
        Optional<BlockMeta> meta = Optional.empty();
        String key = BlockPaths.meta(id);
        try {
            byte[] bytes = own.get(key, BlockUploader.MAX_META_BYTES).bytes();
            meta = Optional.of(BlockMeta.read(bytes, own.name() + "/" + key));
        } catch (NoSuchObject e) {
            notes.add("partial: has no " + BlockMeta.FILE);
        } catch (DamagedJson e) {
            notes.add("damaged: " + e.getMessage());
        }
        try {
            Marks marks = new Marks(own);
            if (marked.forDeletion().contains(id)) {
                marks.deletion(id)
                        .ifPresent(mark -> notes.add((isAhead(mark) ? "deletion-mark from " : "deletion-mark since ")
                                + Instant.ofEpochSecond(mark.timeS()) + ": " + mark.details()));
            }
            if (marked.notToCompact().contains(id)) {
                marks.noCompact(id)
                        .ifPresent(mark -> notes.add("no-compact-mark since " + Instant.ofEpochSecond(mark.timeS())
                                + ": " + mark.reason() + ": " + mark.details()));
            }
        } catch (DamagedJson e) {
            notes.add("damaged mark: " + e.getMessage());
        }
        return new FoundBlock(own.tenant().value(), id, meta, notes);
    }

    /** What was folded into another block stays longer: its mark counts from a time to come. */
    private static boolean isAhead(DeletionMark mark) {
        return mark.timeS() * 1000 > Clock.system().nowMs();
    }

    @Override
    public void visit(FoundBlock block, Visit visit) throws IOException {
        Path scratch = Files.createTempDirectory("engram-blocks-");
        Path folder = scratch.resolve(block.id().toString());
        try {
            new BlockDownload(new TenantBucket(bucket, new TenantId(block.tenant()))).download(block.id(), folder);
            visit.folder(folder);
        } finally {
            BlockFolders.delete(folder);
            Files.deleteIfExists(scratch);
        }
    }
}
