package io.engram.tsdb.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.read.ChunkEncoding;
import io.engram.tsdb.block.BlockVerify;
import io.engram.tsdb.block.BlockWriter;
import io.engram.tsdb.chunk.XorEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkStoreTest {
    @TempDir
    Path folder;

    @Test
    void givesBackWhatWasWrittenFromTheFileAndFromMemoryAlike() throws IOException {
        Path file = folder.resolve("chunks");
        try (ChunkStore store = new ChunkStore(file, 200)) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 20; i++) {
                    byte[] chunk = chunk(i);
                    store.add(1000L * i, 1000L * i, ChunkEncoding.XOR, chunk, 0, chunk.length);
                }
                store.dropBehind(15);
                expectChunks(store, BlockId.of(1, 0, round), 15);
                store.clear();
                assertEquals(0, store.count());
            }
        }
        assertFalse(Files.exists(file));
    }

    private static byte[] chunk(int number) {
        XorEncoder encoder = new XorEncoder();
        encoder.reset();
        encoder.append(1000L * number, Double.doubleToRawLongBits(number));
        return encoder.toByteArray();
    }

    /** Verification decodes each and compares its times. */
    private void expectChunks(ChunkStore store, BlockId id, int count) throws IOException {
        try (BlockWriter writer = BlockWriter.create(folder, id)) {
            writer.addSymbol(new byte[] {'a'}, 0, 1);
            writer.beginSeries(new int[] {0, 0}, 2);
            store.copy(0, count, writer);
            writer.endSeries();
            Path block = writer.finish(contents -> {
                assertEquals(count, contents.stats().chunks());
                return new BlockMeta(
                        id, 0, 1000L * count, contents.stats(), Compaction.ofHead(id, false), Optional.empty());
            });
            assertEquals(List.of(), BlockVerify.verify(block));
        }
    }
}
