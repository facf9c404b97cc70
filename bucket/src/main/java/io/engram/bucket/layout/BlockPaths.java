package io.engram.bucket.layout;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import java.util.Locale;
import java.util.Optional;

/** Keys below a tenant's prefix. */
public final class BlockPaths {
    public static final String INDEX = "index";
    public static final String CHUNKS_FOLDER = "chunks/";
    public static final String MARKERS_FOLDER = "markers/";
    public static final String DELETION_MARK = "deletion-mark.json";
    public static final String NO_COMPACT_MARK = "no-compact-mark.json";
    public static final String CLAIM_MARK = "compaction-claim.json";
    public static final String TENANT_DELETION_MARK = MARKERS_FOLDER + "tenant-deletion-mark.json";
    public static final String BUCKET_INDEX = "bucket-index.json.gz";

    private BlockPaths() {}

    /** What all keys of the block begin with. */
    public static String folder(BlockId id) {
        return id + "/";
    }

    /** @param path relative to the block: {@code chunks/000001} */
    public static String file(BlockId id, String path) {
        return id + "/" + path;
    }

    public static String meta(BlockId id) {
        return file(id, BlockMeta.FILE);
    }

    public static String index(BlockId id) {
        return file(id, INDEX);
    }

    /** @param number from 1 */
    public static String chunks(BlockId id, int number) {
        return file(id, segment(number));
    }

    /** Relative to the block; {@code number} from 1. */
    public static String segment(int number) {
        return CHUNKS_FOLDER + String.format(Locale.ROOT, "%06d", number);
    }

    /** @param mark {@link #DELETION_MARK} or {@link #NO_COMPACT_MARK} */
    public static String globalMark(BlockId id, String mark) {
        return MARKERS_FOLDER + id + "-" + mark;
    }

    /** @param job what tells a compaction from the others of the tenant; no slash */
    public static String claim(String job) {
        return MARKERS_FOLDER + job + "-" + CLAIM_MARK;
    }

    public static boolean isClaim(String key) {
        return key.startsWith(MARKERS_FOLDER) && key.endsWith("-" + CLAIM_MARK);
    }

    /** The block of a name that a listing of folders gave; empty for other folders. */
    public static Optional<BlockId> blockOfFolder(String folder) {
        return folder.endsWith("/") ? BlockId.tryParse(folder.substring(0, folder.length() - 1)) : Optional.empty();
    }

    /** The block that a key below {@code markers/} marks with {@code mark}. */
    public static Optional<BlockId> blockOfGlobalMark(String key, String mark) {
        String suffix = "-" + mark;
        return key.startsWith(MARKERS_FOLDER)
                        && key.endsWith(suffix)
                        && key.length() > MARKERS_FOLDER.length() + suffix.length()
                ? BlockId.tryParse(key.substring(MARKERS_FOLDER.length(), key.length() - suffix.length()))
                : Optional.empty();
    }
}
