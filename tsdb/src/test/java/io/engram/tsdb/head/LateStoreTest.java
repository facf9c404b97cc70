package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.testing.Seeds;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LateStoreTest {
    private static final long STEP = 15_000;

    @TempDir
    private Path dir;

    private final HeadMemory memory = new HeadMemory(Long.MAX_VALUE);

    private LateStore store(long ampleBytes) {
        TenantHead head =
                new TenantHead(new TenantId("a"), TestLimits.keepForEver(), memory, new HeadChunks(dir.resolve("a")));
        return new LateStore(head, head.stripe(0), ampleBytes);
    }

    @Test
    void manySeriesWithLateSamplesKeepFewOfEachInMemory() {
        long ample = 100_000;
        LateStore store = store(ample);
        int series = 1000;
        for (int i = 0; i < 100; i++) {
            for (int s = 0; s < series; s++) {
                assertTrue(store.add(s, s, i * STEP, i));
            }
        }
        long slots = series * (16 + 16 * 16L) + 8 * 2048; // eight samples and room for as many, and the table
        long lists = series * 24 * 16L;
        assertTrue(store.bytes() < ample + slots + lists, "takes " + store.bytes());
        SampleHistory history = new SampleHistory();
        for (int s = 0; s < series; s += 111) {
            for (int i = 0; i < 100; i++) {
                assertTrue(store.find(s, i * STEP, history), "series " + s + " at " + i);
                assertEquals(i, history.valueBits());
                assertFalse(store.find(s, i * STEP + 1, history));
            }
        }
    }

    @Test
    void whatIsTakenOutComesBackToTheSlab() {
        Seeds.check(20, random -> {
            long before = memory.bytes().usedBytes();
            LateStore store = store(random.nextLong(20_000));
            SampleHistory history = new SampleHistory();
            TreeMap<Integer, TreeMap<Long, Long>> model = new TreeMap<>();
            for (int op = 0; op < 3000; op++) {
                int series = random.nextInt(30);
                long time = random.nextLong(-2000, 2000) * STEP;
                switch (random.nextInt(60)) {
                    case 0 -> {
                        store.remove(series);
                        model.remove(series);
                    }
                    case 1 -> store.seal(series, series);
                    default -> {
                        TreeMap<Long, Long> of = model.computeIfAbsent(series, _ -> new TreeMap<>());
                        assertEquals(of.containsKey(time), store.find(series, time, history));
                        if (!of.containsKey(time)) {
                            assertTrue(store.add(series, series, time, op));
                            of.put(time, (long) op);
                        }
                    }
                }
            }
            model.forEach((series, samples) -> samples.forEach((time, bits) -> {
                assertTrue(store.find(series, time, history));
                assertEquals(bits, history.valueBits());
            }));
            assertEquals(store.bytes() > 0, memory.bytes().usedBytes() > before);
            long cut = random.nextLong(-2000, 2000) * STEP;
            store.truncate(cut);
            model.forEach((series, samples) -> samples.tailMap(cut)
                    .forEach((time, _) -> assertTrue(store.find(series, time, history), "kept from " + cut)));
            model.keySet().forEach(store::remove);
            assertEquals(0, store.bytes());
            assertEquals(before, memory.bytes().usedBytes());
        });
    }
}
