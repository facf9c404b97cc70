package io.engram.querier.copies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.model.replica.ActivityTable;
import io.engram.model.testing.Seeds;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import io.engram.promql.storage.SeriesSource;
import io.engram.promql.storage.Storage.Selection;
import io.engram.proto.Select;
import io.engram.proto.SelectCursor;
import io.engram.querier.fetch.FetchBudget;
import io.engram.querier.fetch.MemorySelect;
import io.engram.querier.fetch.Queryable;
import io.engram.querier.fetch.ReplicaRule;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import io.engram.ring.RingReads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class IngestersSelectTest {
    private static final TenantId TENANT = new TenantId("team-a");
    private static final long CHUNK_MS = 10;
    private static final long END_MS = 100;

    private final Map<String, Unsteady> ingesters = new HashMap<>();

    /** An ingester that fails when a test says so. */
    private static final class Unsteady implements Select {
        final MemorySelect store = new MemorySelect();
        /** Fetches that succeed; selects fail too where it is negative. */
        final AtomicInteger fetchesLeft = new AtomicInteger(Integer.MAX_VALUE);
        /** Where set, selects wait for it … */
        volatile CountDownLatch hangs;
        /** … and fetches that are more than are left, and questions for activity, do not fail but wait for it. */
        volatile CountDownLatch hangsLater;

        final AtomicInteger hanging = new AtomicInteger();

        private void await(CountDownLatch latch) {
            hanging.incrementAndGet();
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new Failure(ErrorId.SHUTTING_DOWN, "interrupted", e);
            } finally {
                hanging.decrementAndGet();
            }
        }

        private void pass() {
            if (hangs != null) {
                await(hangs);
            }
            if (fetchesLeft.get() < 0) {
                throw new Failure(ErrorId.NOT_READY, "down");
            }
        }

        @Override
        public SelectCursor select(Query query) {
            pass();
            SelectCursor cursor = store.select(query);
            return new SelectCursor() {
                @Override
                public SeriesTable series() {
                    return cursor.series();
                }

                @Override
                public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
                    cursor.fetch(ordinals, from, to, into);
                    if (fetchesLeft.decrementAndGet() < 0) {
                        if (hangsLater != null) {
                            await(hangsLater);
                        }
                        throw new Failure(ErrorId.NOT_READY, "gone in the middle of an answer");
                    }
                }

                @Override
                public ActivityTable activity() {
                    if (hangsLater != null) {
                        await(hangsLater);
                    }
                    return cursor.activity();
                }

                @Override
                public void close() {
                    cursor.close();
                }
            };
        }

        @Override
        public List<String> labelNames(Query query) {
            pass();
            return store.labelNames(query);
        }

        @Override
        public List<String> labelValues(String name, Query query) {
            pass();
            return store.labelValues(name, query);
        }
    }

    private IngestersSelect select(Ring ring, int replicationFactor, Duration patience) {
        ring.instances().forEach(instance -> ingesters.computeIfAbsent(instance.id(), _ -> new Unsteady()));
        RingReads reads = new RingReads(() -> ring, (all, _) -> all, replicationFactor, patience);
        return new IngestersSelect(reads, instance -> ingesters.get(instance.id()));
    }

    private static Ring ring(SplittableRandom random, int instances, int zones) {
        List<Instance> members = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
            members.add(new Instance(
                    "ingester-" + i,
                    "",
                    zones == 0 ? "" : "zone-" + i % zones,
                    Instance.State.ACTIVE,
                    random.ints(8).boxed().toList()));
        }
        return Ring.of(members);
    }

    /** Puts samples into a quorum of each series' owners, at least, and all of them into {@code whole}. */
    private void write(Ring ring, int replicationFactor, MemorySelect whole, SplittableRandom random) {
        for (int s = 0; s < 20; s++) {
            Labels labels = Labels.of("__name__", "up", "job", "j" + s);
            var set = ring.owners(random.nextInt(), replicationFactor);
            Map<String, TreeSet<Long>> timesOf = new TreeMap<>();
            TreeSet<Long> all = new TreeSet<>();
            boolean even = random.nextBoolean(); // all copies whole, as is usual
            for (long timeMs = 0; timeMs < END_MS; timeMs += 1 + random.nextInt(5)) {
                all.add(timeMs);
                List<Instance> owners = new ArrayList<>(set.instances());
                int copies = even ? owners.size() : set.quorum() + random.nextInt(owners.size() - set.quorum() + 1);
                for (int c = 0; c < copies; c++) {
                    Instance owner = owners.remove(random.nextInt(owners.size()));
                    timesOf.computeIfAbsent(owner.id(), _ -> new TreeSet<>()).add(timeMs);
                }
            }
            timesOf.forEach((id, times) -> add(ingesters.get(id).store, labels, times));
            add(whole, labels, all);
        }
    }

    private static void add(MemorySelect store, Labels labels, TreeSet<Long> times) {
        for (long beginMs = 0; beginMs < END_MS; beginMs += CHUNK_MS) {
            long[] chunk = times.subSet(beginMs, beginMs + CHUNK_MS).stream()
                    .mapToLong(Long::longValue)
                    .toArray();
            if (chunk.length > 0) {
                double[] values = new double[chunk.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = 3 * chunk[i] + labels.hashCode() % 7;
                }
                store.add(TENANT, labels, chunk, values);
            }
        }
    }

    private static SeriesSource ask(Select source) {
        return new Queryable(List.of(source))
                .storage(TENANT, ReplicaRule.AS_STORED, new FetchBudget(0, 0, 0), 0)
                .select(new Selection(MemorySelect.named("up"), 0, END_MS, "", 0, 0));
    }

    private static Map<Labels, String> readAll(SeriesSource series, int runLength) {
        Map<Labels, String> all = new TreeMap<>();
        SampleColumns samples = new SampleColumns();
        for (int from = 0; from < series.size(); from += runLength) {
            int to = Math.min(series.size(), from + runLength);
            try (SampleReader reader = series.read(from, to)) {
                for (int i = from; reader.next(samples); i++) {
                    StringBuilder text = new StringBuilder();
                    for (int k = 0; k < samples.size; k++) {
                        text.append(samples.timestampMs[k])
                                .append('=')
                                .append(samples.value[k])
                                .append(' ');
                    }
                    all.put(series.labels(i), text.toString());
                }
            }
        }
        return all;
    }

    private int openCursors() {
        return ingesters.values().stream()
                .mapToInt(i -> i.store.openCursors.get())
                .sum();
    }

    @Test
    void whatWasAcknowledgedIsReadWithAnyZoneDown() {
        Seeds.check(150, random -> {
            ingesters.clear();
            int zones = 3 + random.nextInt(2);
            Ring ring = ring(random, 3 + random.nextInt(6) + zones - 3, zones);
            IngestersSelect select = select(ring, 3, Duration.ofMinutes(1));
            MemorySelect whole = new MemorySelect();
            write(ring, 3, whole, random);
            String down = "zone-" + random.nextInt(zones);
            int how = random.nextInt(3);
            for (Instance instance : ring.instances()) {
                if (instance.zone().equals(down)) {
                    ingesters.get(instance.id()).fetchesLeft.set(how == 0 ? -1 : how == 1 ? random.nextInt(4) : 1000);
                }
            }
            int runLength = 1 + random.nextInt(8);
            try (SeriesSource expected = ask(whole);
                    SeriesSource series = ask(select)) {
                assertEquals(readAll(expected, 50), readAll(series, runLength));
                assertTrue(how != 0 || !series.infos().isEmpty(), "somebody was missing from the start");
                assertTrue(how != 2 || series.infos().isEmpty(), series.infos().toString());
                series.infos().forEach(info -> assertTrue(info.contains("(" + down + ") did not answer"), info));
            }
            assertEquals(0, openCursors());
        });
    }

    @Test
    void withoutZonesOneOfThreeCopiesMayBeMissing() {
        Seeds.check(100, random -> {
            ingesters.clear();
            Ring ring = ring(random, 3 + random.nextInt(5), 0);
            IngestersSelect select = select(ring, 3, Duration.ofMinutes(1));
            MemorySelect whole = new MemorySelect();
            write(ring, 3, whole, random);
            List<Instance> left = new ArrayList<>(ring.instances());
            Instance first = left.remove(random.nextInt(left.size()));
            Instance second = left.remove(random.nextInt(left.size()));
            ingesters.get(first.id()).fetchesLeft.set(-1);
            try (SeriesSource expected = ask(whole);
                    SeriesSource series = ask(select)) {
                assertEquals(readAll(expected, 50), readAll(series, 7));
                assertEquals(List.of(first.id() + " did not answer; its copies were read from others"), series.infos());
            }
            ingesters.get(second.id()).fetchesLeft.set(-1);
            Failure failure = assertThrows(Failure.class, () -> ask(select));
            assertSame(ErrorId.COPIES_MISSING, failure.id());
            assertTrue(failure.getMessage().contains(first.id())
                    && failure.getMessage().contains(second.id()));
            while (openCursors() > 0) {
                Thread.onSpinWait(); // an answer that came too late is closed on the thread that brings it
            }
        });
    }

    @Test
    void anIngesterThatFailsWhileAnotherIsDownFailsTheQuery() {
        Ring ring = ring(Seeds.random(), 3, 3);
        IngestersSelect select = select(ring, 3, Duration.ofMinutes(1));
        write(ring, 3, new MemorySelect(), Seeds.random());
        ingesters.get("ingester-0").fetchesLeft.set(-1);
        ingesters.get("ingester-1").fetchesLeft.set(1);
        try (SeriesSource series = ask(select)) {
            Failure failure = assertThrows(Failure.class, () -> readAll(series, 5));
            assertSame(ErrorId.COPIES_MISSING, failure.id());
            assertTrue(failure.getMessage().contains("ingester-1 (zone-1): gone in"), failure.getMessage());
        }
        assertEquals(0, openCursors());
    }

    @Test
    void aSlowIngesterIsNotWaitedForAndItsAnswerIsClosed() throws Exception {
        Ring ring = ring(Seeds.random(), 3, 3);
        IngestersSelect select = select(ring, 3, Duration.ZERO);
        MemorySelect whole = new MemorySelect();
        write(ring, 3, whole, Seeds.random());
        ingesters.get("ingester-2").hangs = new CountDownLatch(1); // never counted down: it is interrupted
        try (SeriesSource expected = ask(whole);
                SeriesSource series = ask(select)) {
            assertEquals(readAll(expected, 50), readAll(series, 50));
            assertTrue(series.infos().contains("ingester-2 (zone-2) did not answer; its copies were read from others"));
        }
        Select.Query all = new Select.Query(TENANT, List.of(), 0, END_MS);
        List<String> infos = new ArrayList<>();
        assertEquals(List.of("up"), select.labelValues("__name__", all, infos::add));
        assertEquals(List.of("ingester-2 (zone-2) did not answer; its copies were read from others"), infos);
        select.labelNames(all, infos::add);
        assertEquals(2, infos.size());
    }

    @Test
    void aZoneThatAnsweredAndThenHangsIsLeftOut() {
        Seeds.check(3, random -> {
            ingesters.clear();
            Ring ring = ring(random, 6, 3);
            IngestersSelect select = select(ring, 3, Duration.ofSeconds(1));
            MemorySelect whole = new MemorySelect();
            write(ring, 3, whole, random);
            for (String id : List.of("ingester-1", "ingester-4")) { // of a zone
                ingesters.get(id).fetchesLeft.set(random.nextInt(2));
                ingesters.get(id).hangsLater = new CountDownLatch(1); // never counted down: it is interrupted
            }
            try (SeriesSource expected = ask(whole);
                    SeriesSource series = ask(select)) {
                assertEquals(readAll(expected, 50), readAll(series, 5));
                assertEquals(
                        List.of(
                                "ingester-1 (zone-1) did not answer; its copies were read from others",
                                "ingester-4 (zone-1) did not answer; its copies were read from others"),
                        series.infos().stream().sorted().toList());
            }
            assertEquals(0, openCursors());
            awaitNobodyHangs();
        });
    }

    /** Threads that were told to stop end by themselves. */
    private void awaitNobodyHangs() {
        while (ingesters.values().stream().anyMatch(ingester -> ingester.hanging.get() > 0)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whereAZoneIsDownAlreadyOneThatHangsIsWaitedFor() throws Exception {
        Ring ring = ring(Seeds.random(), 3, 3);
        IngestersSelect select = select(ring, 3, Duration.ZERO);
        MemorySelect whole = new MemorySelect();
        write(ring, 3, whole, Seeds.random());
        ingesters.get("ingester-0").fetchesLeft.set(-1);
        Unsteady slow = ingesters.get("ingester-1");
        slow.fetchesLeft.set(0);
        slow.hangsLater = new CountDownLatch(1);
        try (SeriesSource series = ask(select)) {
            Thread waker = Thread.ofVirtual().start(() -> {
                while (slow.hanging.get() == 0) {
                    Thread.onSpinWait();
                }
                slow.hangsLater.countDown(); // it fails then
            });
            Failure failure = assertThrows(Failure.class, () -> readAll(series, 50));
            assertSame(ErrorId.COPIES_MISSING, failure.id());
            waker.join();
        }
    }

    @Test
    void activityIsThatOfThoseThatAnswer() {
        Ring ring = ring(Seeds.random(), 3, 3);
        IngestersSelect select = select(ring, 3, Duration.ofSeconds(1));
        write(ring, 3, new MemorySelect(), Seeds.random());
        ActivityTable counted = ActivityTable.builder().add("c", "r", 0, 0, 3).build();
        ingesters.values().forEach(ingester -> ingester.store.activity = counted);
        ingesters.get("ingester-2").hangsLater = new CountDownLatch(1);
        try (SelectCursor cursor = select.select(new Select.Query(TENANT, MemorySelect.named("up"), 0, END_MS))) {
            assertEquals(counted, cursor.activity());
            assertEquals(
                    List.of("ingester-2 (zone-2) did not answer; its copies were read from others"), cursor.infos());
            assertEquals(counted, cursor.activity(), "it is not asked again");
        }
        awaitNobodyHangs();
    }

    @Test
    void aRefusalIsNoMissingCopy() {
        Ring ring = ring(Seeds.random(), 3, 3);
        IngestersSelect select = select(ring, 3, Duration.ofMinutes(1));
        ingesters.get("ingester-1").store.failure = new Failure(ErrorId.BLOCK_SERIES_LIMIT, "too many");
        Failure failure = assertThrows(Failure.class, () -> ask(select));
        assertSame(ErrorId.BLOCK_SERIES_LIMIT, failure.id());
    }

    @Test
    void equalChunksOfCopiesComeOnce() {
        Ring ring = ring(Seeds.random(), 3, 3);
        IngestersSelect select = select(ring, 3, Duration.ofMinutes(1));
        Labels labels = Labels.of("__name__", "up");
        for (Unsteady ingester : ingesters.values()) {
            add(ingester.store, labels, new TreeSet<>(List.of(1L, 5L, 11L)));
        }
        add(ingesters.get("ingester-1").store, labels, new TreeSet<>(List.of(33L)));
        try (SelectCursor cursor = select.select(new Select.Query(TENANT, MemorySelect.named("up"), 0, END_MS))) {
            ChunkBatch batch = new ChunkBatch();
            cursor.fetch(new int[] {0}, 0, 1, batch);
            assertEquals(3, batch.chunkCount);
            assertEquals(1, cursor.series().size());
            assertFalse(batch.dataLength == 0);
        }
    }

    @Test
    void namesAndValuesAreThoseOfAll() {
        Ring ring = ring(Seeds.random(), 3, 3);
        IngestersSelect select = select(ring, 3, Duration.ofMinutes(1));
        for (int i = 0; i < 3; i++) {
            add(
                    ingesters.get("ingester-" + i).store,
                    Labels.of("__name__", "m" + i, "l" + i, "x"),
                    new TreeSet<>(List.of(1L)));
        }
        Select.Query all = new Select.Query(TENANT, List.of(), 0, END_MS);
        assertEquals(List.of("__name__", "l0", "l1", "l2"), select.labelNames(all));
        assertEquals(List.of("m0", "m1", "m2"), select.labelValues("__name__", all));
        ingesters.get("ingester-1").fetchesLeft.set(-1);
        assertEquals(List.of("m0", "m2"), select.labelValues("__name__", all));
    }

    @Test
    void anEmptyRingIsTemporary() {
        IngestersSelect select = select(Ring.EMPTY, 3, Duration.ZERO);
        assertSame(
                ErrorId.NO_OWNER, assertThrows(Failure.class, () -> ask(select)).id());
    }
}
