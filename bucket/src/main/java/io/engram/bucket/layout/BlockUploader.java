package io.engram.bucket.layout;

import io.engram.bucket.Bucket.Depth;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.BucketUnavailable.Reason;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.Operation;
import io.engram.model.block.BlockFile;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.ThanosSection;
import io.engram.model.json.DamagedJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Puts blocks of a local folder into a tenant's bucket. Chunks and index go first; once the bucket says that all are there
 * with their sizes, {@code meta.json} follows, and with it the block exists. Killed or failed at any point, the next call
 * goes on with what is missing. Two that upload the same block do no harm, as a block's name stands for its bytes.
 */
public final class BlockUploader {
    /** A {@code meta.json} has some kilobytes; one with thousands of sources some hundred. */
    public static final int MAX_META_BYTES = 16 << 20;

    private final TenantBucket bucket;

    public BlockUploader(TenantBucket bucket) {
        this.bucket = bucket;
    }

    /**
     * What an upload came to.
     *
     * @param meta as it is in the bucket
     * @param filesUploaded without {@code meta.json}; 0 as well where the block had been there
     * @param filesFound that an earlier call had brought
     */
    public record Result(BlockMeta meta, int filesUploaded, int filesFound, long bytesUploaded) {}

    /**
     * @param folder with {@code meta.json}, {@code index} and {@code chunks/}
     * @param thanos what {@code meta.json} is to say beside what it says; its list of files is made here
     * @throws BucketUnavailable where the store fails or a file cannot be read; a retry goes on from there
     * @throws DamagedJson where the local {@code meta.json} is damaged
     * @throws IOException where the folder cannot be read
     */
    public Result upload(Path folder, ThanosSection thanos) throws IOException {
        BlockMeta local =
                BlockMeta.read(Files.readAllBytes(folder.resolve(BlockMeta.FILE)), folder + "/" + BlockMeta.FILE);
        List<BlockFile> files = files(folder);
        BlockId id = local.id();
        Map<String, Long> there = sizes(id);
        if (there.containsKey(BlockMeta.FILE)) {
            return new Result(stored(id), 0, files.size(), 0);
        }
        int uploaded = 0;
        long bytes = 0;
        for (BlockFile file : files) {
            if (!Long.valueOf(file.sizeBytes()).equals(there.get(file.path()))) {
                bucket.upload(BlockPaths.file(id, file.path()), folder.resolve(file.path()));
                uploaded++;
                bytes += file.sizeBytes();
            }
        }
        verify(id, files);
        BlockMeta complete = local.withThanos(thanos.withFiles(withMeta(files)));
        bucket.put(BlockPaths.meta(id), complete.print());
        return new Result(complete, uploaded, files.size() - uploaded, bytes);
    }

    /** Of a block that is in the bucket. */
    private BlockMeta stored(BlockId id) throws NoSuchObject, BucketUnavailable, DamagedJson {
        String key = BlockPaths.meta(id);
        return BlockMeta.read(bucket.get(key, MAX_META_BYTES).bytes(), bucket.name() + "/" + key);
    }

    /** By path, as Thanos sorts them; {@code tombstones} and other things stay behind, as they do there. */
    private static List<BlockFile> files(Path folder) throws IOException {
        List<BlockFile> files = new ArrayList<>();
        try (Stream<Path> chunks = Files.list(folder.resolve(BlockPaths.CHUNKS_FOLDER))) {
            for (Path file : chunks.sorted().toList()) {
                files.add(new BlockFile(BlockPaths.CHUNKS_FOLDER + file.getFileName(), Files.size(file)));
            }
        }
        files.add(new BlockFile(BlockPaths.INDEX, Files.size(folder.resolve(BlockPaths.INDEX))));
        return files;
    }

    private static List<BlockFile> withMeta(List<BlockFile> files) {
        List<BlockFile> all = new ArrayList<>(files);
        all.add(new BlockFile(BlockMeta.FILE, 0));
        return all;
    }

    private Map<String, Long> sizes(BlockId id) throws BucketUnavailable {
        Map<String, Long> sizes = new HashMap<>();
        String folder = BlockPaths.folder(id);
        bucket.list(folder, Depth.ALL, page -> {
            page.objects().forEach(object -> sizes.put(object.key().substring(folder.length()), object.sizeBytes()));
            return true;
        });
        return sizes;
    }

    private void verify(BlockId id, List<BlockFile> files) throws BucketUnavailable {
        Map<String, Long> there = sizes(id);
        for (BlockFile file : files) {
            Long size = there.get(file.path());
            if (size == null || size != file.sizeBytes()) {
                throw new BucketUnavailable(
                        Reason.FAILED,
                        Operation.LIST,
                        bucket.name(),
                        BlockPaths.file(id, file.path()),
                        "was uploaded with " + file.sizeBytes() + " bytes, "
                                + (size == null ? "is not listed" : "is listed with " + size),
                        null);
            }
        }
    }
}
