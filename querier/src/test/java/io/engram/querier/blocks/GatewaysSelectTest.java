package io.engram.querier.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.model.testing.Seeds;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import io.engram.proto.SelectCursor;
import io.engram.querier.fetch.MemorySelect;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class GatewaysSelectTest {
    private static final TenantId TENANT = new TenantId("team-a");
    private static final Select.Query ALL = new Select.Query(TENANT, MemorySelect.named("up"), 0, 10_000);

    /** What is in the bucket: each block has an hour's chunk of some series. */
    private final Map<BlockId, Map<Labels, Long>> bucket = new LinkedHashMap<>();

    private final Map<String, Gateway> gateways = new TreeMap<>();
    private final AtomicInteger open = new AtomicInteger();

    /** Opens any block in the bucket, while it runs. */
    private final class Gateway implements SelectBlocks {
        final AtomicInteger callsLeft = new AtomicInteger(Integer.MAX_VALUE);
        final Set<BlockId> asked = new HashSet<>();
        final Set<BlockId> hides = new HashSet<>();
        RuntimeException failure = new Failure(ErrorId.BLOCK_UNAVAILABLE, "down");

        private void pass() {
            if (callsLeft.getAndDecrement() <= 0) {
                throw failure;
            }
        }

        private List<BlockId> found(Query query) {
            pass();
            asked.addAll(query.blocks());
            return query.blocks().stream()
                    .filter(block -> bucket.containsKey(block) && !hides.contains(block))
                    .toList();
        }

        @Override
        public Cursor select(Query query) {
            List<BlockId> found = found(query);
            SelectCursor cursor = store(found).select(query.select());
            open.incrementAndGet();
            return new Cursor() {
                @Override
                public Set<BlockId> blocks() {
                    return Set.copyOf(found);
                }

                @Override
                public SeriesTable series() {
                    return cursor.series();
                }

                @Override
                public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
                    cursor.fetch(ordinals, from, to, into);
                    pass();
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        }

        @Override
        public Strings labelNames(Query query) {
            List<BlockId> found = found(query);
            return new Strings(Set.copyOf(found), store(found).labelNames(query.select()));
        }

        @Override
        public Strings labelValues(String name, Query query) {
            List<BlockId> found = found(query);
            return new Strings(Set.copyOf(found), store(found).labelValues(name, query.select()));
        }
    }

    private MemorySelect store(Collection<BlockId> blocks) {
        MemorySelect store = new MemorySelect();
        Map<Labels, TreeSet<Long>> times = new LinkedHashMap<>();
        blocks.forEach(block -> bucket.get(block)
                .forEach((labels, timeMs) ->
                        times.computeIfAbsent(labels, _ -> new TreeSet<>()).add(timeMs)));
        times.forEach((labels, of) ->
                of.forEach(timeMs -> store.add(TENANT, labels, new long[] {timeMs}, new double[] {timeMs})));
        return store;
    }

    private GatewaysSelect select(SplittableRandom random, int instances) {
        List<Instance> members = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
            gateways.put("gateway-" + i, new Gateway());
            List<Integer> tokens = random.ints(16).boxed().toList();
            members.add(new Instance("gateway-" + i, "", "", Instance.State.ACTIVE, tokens));
        }
        Ring ring = Ring.of(members);
        return new GatewaysSelect(() -> ring, 2, instance -> gateways.get(instance.id()));
    }

    private void fill(SplittableRandom random) {
        for (int b = 0; b < 12; b++) {
            Map<Labels, Long> block = new LinkedHashMap<>();
            for (int s = 0; s < 8; s++) {
                if (random.nextInt(3) > 0) {
                    block.put(Labels.of("__name__", "up", "job", "j" + s), 100L * b + s);
                }
            }
            bucket.put(BlockId.of(1000 + b, b, random.nextLong()), block);
        }
    }

    private static Map<Labels, List<Long>> readAll(SelectCursor cursor) {
        Map<Labels, List<Long>> all = new TreeMap<>();
        ChunkBatch batch = new ChunkBatch();
        for (int i = 0; i < cursor.series().size(); i++) {
            batch.clear();
            cursor.fetch(new int[] {i}, 0, 1, batch);
            List<Long> times = new ArrayList<>();
            for (int c = 0; c < batch.chunkCount; c++) {
                times.add(batch.minTimeMs[c]);
            }
            assertEquals(null, all.put(cursor.series().labels(i), times), "each series is there once");
        }
        return all;
    }

    private SelectBlocks.Query query() {
        return new SelectBlocks.Query(ALL, List.copyOf(bucket.keySet()));
    }

    @Test
    void everyBlockIsReadOnceWhoeverFailsOrLacksIt() {
        Seeds.check(150, random -> {
            bucket.clear();
            gateways.clear();
            open.set(0);
            fill(random);
            GatewaysSelect select = select(random, 2 + random.nextInt(4));
            Gateway bad = gateways.get("gateway-0");
            switch (random.nextInt(4)) {
                case 0 -> bad.callsLeft.set(0);
                case 1 -> bad.callsLeft.set(1 + random.nextInt(4)); // fails while chunks are fetched
                case 2 -> bad.hides.addAll(bucket.keySet());
                default -> {}
            }
            try (SelectCursor expected = store(bucket.keySet()).select(ALL);
                    SelectBlocks.Cursor found = select.select(query())) {
                assertEquals(bucket.keySet(), found.blocks());
                assertEquals(readAll(expected), readAll(found));
            }
            assertEquals(0, open.get());
            assertEquals(
                    store(bucket.keySet()).labelValues("job", ALL),
                    select.labelValues("job", query()).values());
        });
    }

    @Test
    void oneGatewayIsAskedForABlockAndBlocksAreSpread() {
        fill(Seeds.random());
        GatewaysSelect select = select(Seeds.random(), 3);
        select.select(query()).close();
        int asked = gateways.values().stream().mapToInt(g -> g.asked.size()).sum();
        assertEquals(bucket.size(), asked);
        assertTrue(gateways.values().stream().allMatch(g -> g.asked.size() < bucket.size()));
    }

    @Test
    void aBlockThatIsGoneIsMissingAndNotAskedOfEverybody() {
        fill(Seeds.random());
        GatewaysSelect select = select(Seeds.random(), 6);
        BlockId gone = BlockId.of(5, 5, 5);
        List<BlockId> blocks = new ArrayList<>(bucket.keySet());
        blocks.add(gone);
        try (SelectBlocks.Cursor found = select.select(new SelectBlocks.Query(ALL, blocks))) {
            assertEquals(bucket.keySet(), found.blocks());
        }
        assertEquals(
                2,
                gateways.values().stream().filter(g -> g.asked.contains(gone)).count());
    }

    @Test
    void whereAllFailTheQueryDoes() {
        fill(Seeds.random());
        GatewaysSelect select = select(Seeds.random(), 3);
        gateways.values().forEach(gateway -> gateway.callsLeft.set(0));
        Failure failure = assertThrows(Failure.class, () -> select.select(query()));
        assertSame(ErrorId.BLOCK_UNAVAILABLE, failure.id());
    }

    @Test
    void aRefusalIsNotAskedOfOthers() {
        fill(Seeds.random());
        GatewaysSelect select = select(Seeds.random(), 3);
        gateways.values().forEach(gateway -> {
            gateway.callsLeft.set(0);
            gateway.failure = new Failure(ErrorId.BLOCK_SERIES_LIMIT, "too many");
        });
        assertSame(
                ErrorId.BLOCK_SERIES_LIMIT,
                assertThrows(Failure.class, () -> select.select(query())).id());
        // One round: a block is asked of one gateway.
        gateways.values().forEach(gateway -> assertTrue(gateway.callsLeft.get() >= -1));
    }
}
