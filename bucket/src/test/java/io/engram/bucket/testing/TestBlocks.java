package io.engram.bucket.testing;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.BlockStats;
import io.engram.model.block.Compaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;

/** Folders that look like blocks: a true {@code meta.json}, random bytes for chunks and index. */
public final class TestBlocks {
    private TestBlocks() {}

    public static BlockMeta meta(BlockId id, long minTimeMs, long maxTimeMs) {
        return new BlockMeta(
                id,
                minTimeMs,
                maxTimeMs,
                new BlockStats(10, 0, 0, 2, 2, 0),
                Compaction.ofHead(id, false),
                Optional.empty());
    }

    /** Below {@code parent}, named by the id. */
    public static Path write(Path parent, BlockMeta meta, int... segmentBytes) throws IOException {
        Path folder = Files.createDirectories(parent.resolve(meta.id().toString()));
        Path chunks = Files.createDirectories(folder.resolve("chunks"));
        for (int i = 0; i < segmentBytes.length; i++) {
            Files.write(chunks.resolve("00000" + (i + 1)), bytes(meta.id().low() + i, segmentBytes[i]));
        }
        Files.write(folder.resolve("index"), bytes(meta.id().high(), 333));
        Files.write(folder.resolve("meta.json"), meta.print());
        return folder;
    }

    private static byte[] bytes(long seed, int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }
}
