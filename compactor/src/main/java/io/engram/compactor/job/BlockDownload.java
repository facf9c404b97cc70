package io.engram.compactor.job;

import io.engram.bucket.Bucket.Depth;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.Download;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.ObjectInfo;
import io.engram.bucket.Operation;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.block.BlockFile;
import io.engram.model.block.BlockId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Brings a block from the bucket into a local folder, file by file; those that an earlier call brought whole are kept. {@code
 * meta.json} comes last, as on the way up.
 */
public final class BlockDownload {
    private final TenantBucket bucket;

    public BlockDownload(TenantBucket bucket) {
        this.bucket = bucket;
    }

    /**
     * @param folder named by the block's id
     * @return bytes that were read
     * @throws NoSuchObject where the block, or a part of it, is not there
     */
    public long download(BlockId id, Path folder) throws IOException {
        Files.createDirectories(folder.resolve(BlockPaths.CHUNKS_FOLDER));
        long read = 0;
        List<ObjectInfo> objects = objects(id);
        if (objects.isEmpty() || !objects.getLast().key().equals(BlockPaths.meta(id))) {
            throw new NoSuchObject(Operation.LIST, bucket.name(), BlockPaths.meta(id));
        }
        for (ObjectInfo object : objects) {
            // Refuses names that lead out of the folder.
            BlockFile file =
                    new BlockFile(object.key().substring(BlockPaths.folder(id).length()), object.sizeBytes());
            read += fetch(object, folder.resolve(file.path()));
        }
        return read;
    }

    /** What belongs to the block; marks are about it. */
    private List<ObjectInfo> objects(BlockId id) throws BucketUnavailable {
        List<ObjectInfo> found = new ArrayList<>();
        String folder = BlockPaths.folder(id);
        bucket.list(folder, Depth.ALL, page -> {
            for (ObjectInfo object : page.objects()) {
                String path = object.key().substring(folder.length());
                if (!path.endsWith("-mark.json")) {
                    found.add(object);
                }
            }
            return true;
        });
        found.sort(Comparator.comparing((ObjectInfo object) -> object.key().equals(BlockPaths.meta(id)))
                .thenComparing(ObjectInfo::key));
        return found;
    }

    private long fetch(ObjectInfo object, Path file) throws IOException {
        if (Files.exists(file) && Files.size(file) == object.sizeBytes()) {
            return 0;
        }
        Files.createDirectories(file.getParent());
        return Download.toFile(bucket, object.key(), file);
    }
}
