package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.block.BlockId;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkBatch;
import io.engram.model.testing.Seeds;
import io.engram.proto.SelectBlocks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many threads on one gateway and on one cursor. */
class ConcurrencyTest {
    @TempDir
    Path folder;

    @Test
    void selectsSideBySideAnswerAsOneAndReadEachPageOnce() throws Exception {
        SplittableRandom random = Seeds.random();
        Fixture fixture = new Fixture(folder);
        List<BlockId> ids = List.of(
                fixture.upload(TestBlock.next(random, 200, 600), random),
                fixture.upload(TestBlock.next(random, 200, 600), random));
        TreeMap<Labels, List<String>> expected =
                Answers.ofLocal(fixture.blocks, ids, Long.MIN_VALUE, Long.MAX_VALUE, List.of());
        List<Callable<TreeMap<Labels, List<String>>>> tasks = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            SplittableRandom own = random.split();
            tasks.add(() -> Answers.of(fixture.gateway.select(fixture.query(ids)), own));
        }
        fixture.bucket.clear();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<TreeMap<Labels, List<String>>> answer : threads.invokeAll(tasks)) {
                assertEquals(expected, answer.get());
            }
        }
        Set<RecordingBucket.Read> once = new HashSet<>();
        fixture.bucket.reads().stream()
                .filter(read -> read.key().contains("chunks"))
                .forEach(read -> assertEquals(true, once.add(read), () -> "twice: " + read));
    }

    @Test
    void threadsOfOneCursorFetchApart() throws Exception {
        SplittableRandom random = Seeds.random();
        Fixture fixture = new Fixture(folder, Fixture.bareConfig());
        BlockId id = fixture.upload(TestBlock.next(random, 300, 600), random);
        TreeMap<Labels, List<String>> expected =
                Answers.ofLocal(fixture.blocks, List.of(id), Long.MIN_VALUE, Long.MAX_VALUE, List.of());
        try (SelectBlocks.Cursor cursor = fixture.gateway.select(fixture.query(List.of(id)));
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            int[] ordinals = IntStream.range(0, cursor.series().size()).toArray();
            List<Future<Integer>> counts = new ArrayList<>();
            for (int part = 0; part < 4; part++) {
                int from = part * ordinals.length / 4;
                int to = (part + 1) * ordinals.length / 4;
                counts.add(threads.submit(() -> {
                    ChunkBatch batch = new ChunkBatch();
                    int chunks = 0;
                    for (int i = from; i < to; i++) {
                        cursor.fetch(ordinals, i, i + 1, batch);
                        assertEquals(expected.get(cursor.series().labels(i)).size(), batch.chunkCount);
                        chunks += batch.chunkCount;
                    }
                    return chunks;
                }));
            }
            int sum = 0;
            for (Future<Integer> count : counts) {
                sum += count.get();
            }
            assertEquals(expected.values().stream().mapToInt(List::size).sum(), sum);
        }
    }
}
