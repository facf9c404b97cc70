package io.engram.compactor.tenant;

import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.index.BucketIndex;
import io.engram.bucket.index.ParallelReads;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.BlockUploader;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.json.DamagedJson;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metas of blocks, which never change: each is read once, as long as there is room. The bucket index does not say what a
 * block was made of, and the planner must know. For any number of threads.
 */
public final class MetaCache {
    private static final Logger LOG = LoggerFactory.getLogger(MetaCache.class);

    /** Some two kilobytes each. */
    private static final int MAX_BLOCKS = 50_000;

    private static final int PARALLEL_READS = 16;

    /** Those that were not asked for longest come first. */
    private final LinkedHashMap<TenantId, Map<BlockId, BlockMeta>> tenants =
            new LinkedHashMap<>(16, 0.75f, true); // guarded by this

    private int blocks; // guarded by this

    /** Metas of the blocks of an index, by id; without those that went since it was made. */
    Collection<BlockMeta> read(TenantBucket bucket, List<BucketIndex.Block> index) throws BucketUnavailable {
        Map<BlockId, BlockMeta> known = known(bucket.tenant());
        TreeMap<BlockId, BlockMeta> metas = new TreeMap<>();
        List<BlockId> missing = new ArrayList<>();
        for (BucketIndex.Block block : index) {
            BlockMeta meta = known.get(block.id());
            if (meta != null) {
                metas.put(block.id(), meta);
            } else {
                missing.add(block.id());
            }
        }
        new ParallelReads<BlockId, Optional<BlockMeta>>(PARALLEL_READS, id -> read(bucket, id))
                .run(missing)
                .forEach((id, meta) -> meta.ifPresent(found -> metas.put(id, found)));
        keep(bucket.tenant(), metas);
        return metas.values();
    }

    private static Optional<BlockMeta> read(TenantBucket bucket, BlockId id) throws BucketUnavailable {
        String key = BlockPaths.meta(id);
        try {
            byte[] bytes = bucket.get(key, BlockUploader.MAX_META_BYTES).bytes();
            return Optional.of(BlockMeta.read(bytes, bucket.name() + "/" + key));
        } catch (NoSuchObject e) {
            return Optional.empty();
        } catch (DamagedJson e) {
            LOG.error("a block is left out of compactions tenant={} block={}", bucket.tenant(), id, e);
            return Optional.empty();
        }
    }

    private synchronized Map<BlockId, BlockMeta> known(TenantId tenant) {
        return tenants.getOrDefault(tenant, Map.of());
    }

    private synchronized void keep(TenantId tenant, Map<BlockId, BlockMeta> metas) {
        forget(tenant);
        tenants.put(tenant, Map.copyOf(metas));
        blocks += metas.size();
        while (blocks > MAX_BLOCKS && tenants.size() > 1) {
            forget(tenants.firstEntry().getKey());
        }
    }

    /** Of a tenant that has gone. */
    synchronized void forget(TenantId tenant) {
        Map<BlockId, BlockMeta> old = tenants.remove(tenant);
        blocks -= old == null ? 0 : old.size();
    }
}
