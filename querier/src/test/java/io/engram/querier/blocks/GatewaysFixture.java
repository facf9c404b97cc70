package io.engram.querier.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import io.engram.proto.SelectCursor;
import io.engram.querier.fetch.MemorySelect;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import io.engram.server.metrics.Metrics;
import java.time.Duration;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Store-gateways over one bucket, which fail, lack blocks or hang when a test says so. */
abstract class GatewaysFixture {
    static final TenantId TENANT = new TenantId("team-a");
    static final Select.Query ALL = new Select.Query(TENANT, MemorySelect.named("up"), 0, 10_000);

    /** What is in the bucket: each block has an hour's chunk of some series. */
    final Map<BlockId, Map<Labels, Long>> bucket = new LinkedHashMap<>();

    final Map<String, Gateway> gateways = new TreeMap<>();
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger hanging = new AtomicInteger();
    Ring ring = Ring.EMPTY;
    Metrics metrics = new Metrics();
    Hedges hedges = new Hedges(Duration.ZERO, 0, metrics);

    /** Opens any block in the bucket, while it runs. */
    final class Gateway implements SelectBlocks {
        final AtomicInteger callsLeft = new AtomicInteger(Integer.MAX_VALUE);
        final AtomicInteger timesAsked = new AtomicInteger();
        final Set<BlockId> asked = ConcurrentHashMap.newKeySet();
        final Set<BlockId> hides = new HashSet<>();
        RuntimeException failure = new Failure(ErrorId.BLOCK_UNAVAILABLE, "down");
        /** Where set, calls that are more than are left wait for it before they fail … */
        volatile CountDownLatch hangs;
        /** … or do not fail. */
        volatile boolean wakes;

        private void pass() {
            if (callsLeft.getAndDecrement() <= 0) {
                if (hangs != null) {
                    hang();
                }
                if (!wakes) {
                    throw failure;
                }
            }
        }

        private void hang() {
            hanging.incrementAndGet();
            try {
                hangs.await();
            } catch (InterruptedException e) {
                throw new Failure(ErrorId.SHUTTING_DOWN, "interrupted", e);
            } finally {
                hanging.decrementAndGet();
            }
        }

        private List<BlockId> found(Query query) {
            timesAsked.incrementAndGet();
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

    MemorySelect store(Collection<BlockId> blocks) {
        MemorySelect store = new MemorySelect();
        Map<Labels, TreeSet<Long>> times = new LinkedHashMap<>();
        blocks.forEach(block -> bucket.get(block)
                .forEach((labels, timeMs) ->
                        times.computeIfAbsent(labels, _ -> new TreeSet<>()).add(timeMs)));
        times.forEach((labels, of) ->
                of.forEach(timeMs -> store.add(TENANT, labels, new long[] {timeMs}, new double[] {timeMs})));
        return store;
    }

    GatewaysSelect select(SplittableRandom random, int instances) {
        List<Instance> members = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
            gateways.put("gateway-" + i, new Gateway());
            List<Integer> tokens = random.ints(16).boxed().toList();
            members.add(new Instance("gateway-" + i, "", "", Instance.State.ACTIVE, tokens));
        }
        ring = Ring.of(members);
        return new GatewaysSelect(() -> ring, 2, instance -> gateways.get(instance.id()), hedges);
    }

    void fill(SplittableRandom random) {
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

    static Map<Labels, List<Long>> readAll(SelectCursor cursor) {
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

    SelectBlocks.Query query() {
        return new SelectBlocks.Query(ALL, List.copyOf(bucket.keySet()));
    }
}
