package io.engram.distributor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.distributor.peers.BreakerConfig;
import io.engram.distributor.peers.Peers;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.testing.Seeds;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import io.engram.server.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What becomes of a write of which several ingesters get copies. */
final class QuorumTest {
    private static final SampleStatus[] ROW_STATUSES = {
        SampleStatus.STORED,
        SampleStatus.STORED,
        SampleStatus.DUPLICATE,
        SampleStatus.CONFLICT,
        SampleStatus.OUT_OF_ORDER,
        SampleStatus.INSTANCE_SERIES_LIMIT
    };

    private final Map<String, CopyFake> fakes = new HashMap<>();
    private final Metrics metrics = new Metrics();

    private RingPush push(Ring ring, int replicationFactor) {
        ring.instances().forEach(instance -> fakes.put(instance.id(), new CopyFake(instance.id())));
        return new RingPush(
                () -> ring,
                (all, _) -> all,
                replicationFactor,
                instance -> fakes.get(instance.id()),
                new Peers(new BreakerConfig(3, Duration.ofSeconds(1)), () -> 0, metrics));
    }

    private static Ring ring(String... ids) {
        List<Instance> instances = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            instances.add(new Instance(ids[i], "", "zone-" + i, Instance.State.ACTIVE, List.of(i << 28)));
        }
        return Ring.of(instances);
    }

    private static WriteBatch batch(SplittableRandom random) throws Exception {
        Decoding decoding = new Decoding();
        do {
            decoding.decode(random.nextBoolean() ? RandomRequests.request(random) : RandomRequests2.request(random));
        } while (decoding.context.batch.sampleCount == 0);
        return decoding.context.batch;
    }

    /** What becomes of a row. */
    private enum Class {
        STORED,
        REFUSED,
        AGAIN
    }

    /** The rule as a human reads it, of a row all of whose copies have ended. */
    private static Class classOf(List<SampleStatus> copies, int replicationFactor) {
        int quorum = replicationFactor / 2 + 1;
        long stored = copies.stream().filter(s -> s != null && s.success()).count();
        long refused = copies.stream()
                .filter(s -> s != null && !s.success() && s != SampleStatus.INSTANCE_SERIES_LIMIT)
                .count();
        return stored >= quorum ? Class.STORED : replicationFactor - refused < quorum ? Class.REFUSED : Class.AGAIN;
    }

    /** All that may become of a row of which some copies are under way. */
    private static Set<Class> possible(List<SampleStatus> ended, int underWay, int replicationFactor) {
        if (underWay == 0) {
            return EnumSet.of(classOf(ended, replicationFactor));
        }
        Set<Class> all = EnumSet.noneOf(Class.class);
        for (SampleStatus next : Arrays.asList(SampleStatus.STORED, SampleStatus.OUT_OF_ORDER, null)) {
            List<SampleStatus> more = new ArrayList<>(ended);
            more.add(next);
            all.addAll(possible(more, underWay - 1, replicationFactor));
        }
        return all;
    }

    @Test
    void rowsEndAsTheQuorumRuleSaysAndNoSooner() throws Exception {
        Seeds.check(400, random -> {
            fakes.clear();
            int replicationFactor = 1 + random.nextInt(5);
            Ring ring = randomRing(random);
            RingPush push = push(ring, replicationFactor);
            WriteBatch batch = batch(random);
            fakes.values().forEach(fake -> script(fake, random));
            if (ring.instances().size() == 1 && replicationFactor == 1) {
                return; // goes there as it is: see below
            }
            List<List<Instance>> owners = new ArrayList<>();
            List<Long> keys = new ArrayList<>();
            for (int row = 0; row < batch.rowCount(); row++) {
                int series = batch.seriesOf(row, 0);
                owners.add(
                        ring.owners(batch.placement[series], replicationFactor).instances());
                keys.add(CopyFake.key(batch, row));
            }
            int samples = batch.sampleCount + batch.histograms.size();
            PendingCopies pending;
            try {
                pending = (PendingCopies) push.push(batch);
            } catch (Failure failure) {
                assertTrue(owners.stream().anyMatch(set -> set.size() < replicationFactor / 2 + 1));
                return;
            }
            boolean metadata = !batch.metadata.isEmpty();
            scribble(batch);
            List<CopyFake> late = new ArrayList<>(
                    fakes.values().stream().filter(CopyFake::owesAnswer).toList());
            Collections.shuffle(late, new Random(random.nextLong()));
            while (true) {
                boolean sure = true;
                for (int row = 0; row < samples; row++) {
                    sure &= possibleNow(owners.get(row), keys.get(row), replicationFactor)
                                    .size()
                            == 1;
                }
                if (pending.isSettled()) {
                    assertTrue(sure, "a copy that is under way could change the answer");
                    break;
                }
                assertFalse(late.isEmpty(), "all have answered");
                late.removeLast().answer();
            }
            check(pending, owners, keys, samples, replicationFactor, metadata);
            late.forEach(CopyFake::answer); // nobody minds
        });
    }

    private Set<Class> possibleNow(List<Instance> owners, long key, int replicationFactor) {
        List<SampleStatus> ended = new ArrayList<>();
        int underWay = 0;
        for (Instance owner : owners) {
            CopyFake fake = fakes.get(owner.id());
            if (fake.owesAnswer()) {
                underWay++;
            } else {
                ended.add(fake.end == CopyFake.End.ANSWERS ? fake.says.apply(key) : null);
            }
        }
        while (ended.size() + underWay < replicationFactor) {
            ended.add(null);
        }
        return possible(ended, underWay, replicationFactor);
    }

    private void check(
            PendingCopies pending,
            List<List<Instance>> owners,
            List<Long> keys,
            int samples,
            int replicationFactor,
            boolean metadata)
            throws InterruptedException {
        List<Class> expected = new ArrayList<>();
        for (int row = 0; row < samples; row++) {
            Set<Class> possible = possibleNow(owners.get(row), keys.get(row), replicationFactor);
            assertEquals(1, possible.size(), "row " + row + " may still be " + possible);
            expected.add(possible.iterator().next());
        }
        WriteOutcome outcome;
        try {
            outcome = pending.await();
        } catch (Failure failure) {
            assertTrue(failure.id() == ErrorId.NO_QUORUM || replicationFactor == 1, failure.getMessage());
            assertTrue(
                    expected.contains(Class.AGAIN) || samples < keys.size() || metadata, "nothing is to be sent again");
            return;
        }
        for (int row = 0; row < samples; row++) {
            SampleStatus status = outcome.of(row);
            switch (expected.get(row)) {
                case STORED -> assertTrue(status.success(), "row " + row + " is " + status);
                case REFUSED ->
                    assertTrue(
                            status == SampleStatus.CONFLICT || status == SampleStatus.OUT_OF_ORDER,
                            "row " + row + " is " + status);
                case AGAIN -> assertEquals(SampleStatus.INSTANCE_SERIES_LIMIT, status);
            }
        }
    }

    private static Ring randomRing(SplittableRandom random) {
        int zones = random.nextInt(4);
        List<Instance> instances = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(7); i++) {
            List<Integer> tokens = random.ints(8).boxed().toList();
            String zone = zones == 0 ? "" : "zone-" + i % zones;
            Instance.State state = random.nextInt(6) == 0 ? Instance.State.LEAVING : Instance.State.ACTIVE;
            instances.add(new Instance("ingester-" + i, "", zone, state, tokens));
        }
        return Ring.of(instances);
    }

    private static void script(CopyFake fake, SplittableRandom random) {
        int what = random.nextInt(8);
        fake.end =
                what == 0 ? CopyFake.End.REFUSES_THE_CALL : what == 1 ? CopyFake.End.FAILS_LATER : CopyFake.End.ANSWERS;
        long salt = random.nextLong();
        int agree = random.nextInt(3); // all stored, some not, or what all such copies say
        fake.says = key -> agree == 0
                ? SampleStatus.STORED
                : ROW_STATUSES[new SplittableRandom(agree == 1 ? key ^ salt : key).nextInt(ROW_STATUSES.length)];
    }

    /** The batch is the caller's again: whoever still reads it, reads rubbish. */
    private static void scribble(WriteBatch batch) {
        Arrays.fill(batch.fingerprintLo, -1);
        Arrays.fill(batch.placement, -1);
        Arrays.fill(batch.timestampMs, -1);
        Arrays.fill(batch.firstSample, 0);
        Arrays.fill(batch.labels, (byte) 0);
        batch.histograms.clear();
        batch.exemplars.clear();
        batch.metadata.clear();
        batch.sampleCount = 0;
        batch.seriesCount = 0;
    }

    @Test
    void everyOwnerGetsItsSeriesAndNothingElse() {
        Seeds.check(100, random -> {
            fakes.clear();
            int replicationFactor = 1 + random.nextInt(4);
            Ring ring = randomRing(random);
            RingPush push = push(ring, replicationFactor);
            WriteBatch batch = batch(random);
            if (ring.owners(0, replicationFactor).instances().size() < replicationFactor / 2 + 1) {
                assertThrows(Failure.class, () -> push.push(batch));
                return;
            }
            List<Decoded> all = Decoded.of(batch);
            var metadata = List.copyOf(batch.metadata);
            Map<String, List<Decoded>> expected = new HashMap<>();
            for (int i = 0; i < batch.seriesCount; i++) {
                for (Instance owner :
                        ring.owners(batch.placement[i], replicationFactor).instances()) {
                    expected.computeIfAbsent(owner.id(), _ -> new ArrayList<>()).add(all.get(i));
                }
            }
            push.push(batch);
            for (CopyFake fake : fakes.values()) {
                assertEquals(expected.getOrDefault(fake.id, List.of()), fake.got, fake.id);
            }
            int copies = ring.owners(0, replicationFactor).instances().size();
            assertEquals(
                    copies * metadata.size(),
                    fakes.values().stream().mapToInt(f -> f.metadata.size()).sum());
        });
    }

    @Test
    void instancesThatAllHaveEverythingGetTheSameBatch() throws Exception {
        RingPush push = push(ring("a", "b", "c"), 3);
        WriteBatch batch = batch(Seeds.random());
        var pending = push.push(batch);
        fakes.values().forEach(fake -> assertSame(batch, fake.batches.getFirst()));
        fakes.get("a").answer();
        fakes.get("c").answer();
        assertSame(WriteOutcome.ALL_STORED, pending.await()); // b never answers
        assertTrue(fakes.get("b").owesAnswer());
    }

    @Test
    void whoListensIsToldOnceByWhoeverSettlesIt() throws Exception {
        RingPush push = push(ring("a", "b", "c"), 3);
        List<Object> told = new ArrayList<>();
        push.push(batch(Seeds.random())).whenDone((outcome, failure) -> told.add(outcome));
        fakes.get("a").answer();
        assertEquals(List.of(), told);
        fakes.get("c").answer();
        assertEquals(List.of(WriteOutcome.ALL_STORED), told);
        fakes.get("b").answer();
        assertEquals(1, told.size());

        fakes.get("a").end = CopyFake.End.REFUSES_THE_CALL;
        fakes.get("c").end = CopyFake.End.REFUSES_THE_CALL;
        push.push(batch(Seeds.random())).whenDone((outcome, failure) -> told.add(((Failure) failure).id()));
        assertEquals(ErrorId.NO_QUORUM, told.getLast(), "it was settled already");
        assertEquals(2, told.size());
    }

    @Test
    void aRowThatOneCopyRefusesIsStored() throws Exception {
        RingPush push = push(ring("a", "b", "c"), 3);
        fakes.get("b").says = _ -> SampleStatus.OUT_OF_ORDER;
        var pending = push.push(batch(Seeds.random()));
        fakes.get("b").answer();
        fakes.get("a").answer();
        assertFalse(((PendingCopies) pending).isSettled());
        fakes.get("c").answer();
        WriteOutcome outcome = pending.await();
        assertEquals(0, outcome.count(SampleStatus.OUT_OF_ORDER));
    }

    @Test
    void aSeriesThatOneCopyDoesNotKnowIsSentAgainThoughItHasAQuorum() throws Exception {
        RingPush push = push(ring("a", "b", "c"), 3);
        fakes.get("b").says = _ -> SampleStatus.UNKNOWN_SERIES;
        var pending = push.push(batch(Seeds.random()));
        fakes.get("b").answer();
        fakes.get("a").answer();
        assertTrue(((PendingCopies) pending).isSettled(), "with labels there may be a quorum");
        assertTrue(pending.await().count(SampleStatus.UNKNOWN_SERIES) > 0);
    }

    @Test
    void aSeriesThatASlowCopyDoesNotKnowIsSentWithLabelsTheNextTime() throws Exception {
        RingPush push = push(ring("a", "b", "c"), 3);
        WriteBatch batch = batch(Seeds.random());
        Arrays.fill(batch.labelLength, 0, batch.seriesCount, 0);
        fakes.get("b").says = _ -> SampleStatus.UNKNOWN_SERIES;
        var first = push.push(batch);
        fakes.get("a").answer();
        fakes.get("c").answer();
        assertEquals(0, first.await().count(SampleStatus.UNKNOWN_SERIES));
        fakes.get("b").answer(); // nobody waits any more

        var second = push.push(batch);
        fakes.get("a").answer();
        fakes.get("c").answer();
        WriteOutcome outcome = second.await();
        assertEquals(batch.sampleCount + batch.histograms.size(), outcome.count(SampleStatus.UNKNOWN_SERIES));

        var third = push.push(batch);
        fakes.get("a").answer();
        fakes.get("c").answer();
        assertEquals(0, third.await().count(SampleStatus.UNKNOWN_SERIES), "once, until it is heard of again");
    }

    @Test
    void tooFewCopiesNameWhoFailedAndWhy() throws Exception {
        RingPush push = push(ring("a", "b", "c"), 3);
        fakes.get("a").end = CopyFake.End.REFUSES_THE_CALL;
        fakes.get("b").end = CopyFake.End.FAILS_LATER;
        var pending = push.push(batch(Seeds.random()));
        fakes.get("b").answer();
        Failure failure = assertThrows(Failure.class, pending::await);
        assertSame(ErrorId.NO_QUORUM, failure.id());
        assertTrue(failure.getMessage().contains("a: a is starting"), failure.getMessage());
        assertTrue(failure.getMessage().contains("b: b has a full disk"), failure.getMessage());
        assertEquals(
                1, metrics.counter("engram_distributor_quorum_misses_total", "").getCount());
    }

    @Test
    void aRingThatIsTooSmallTakesNothing() throws Exception {
        RingPush push = push(ring("a"), 3);
        WriteBatch batch = batch(Seeds.random());
        Failure failure = assertThrows(Failure.class, () -> push.push(batch));
        assertSame(ErrorId.NO_QUORUM, failure.id());
        assertTrue(fakes.get("a").got.isEmpty());
    }

    @Test
    void anInstanceThatKeepsFailingIsSpared() throws Exception {
        RingPush push = push(ring("a", "b", "c"), 3);
        fakes.get("b").end = CopyFake.End.FAILS_LATER;
        for (int i = 0; i < 5; i++) {
            var pending = push.push(batch(Seeds.random()));
            for (CopyFake fake : fakes.values()) {
                if (fake.owesAnswer()) {
                    fake.answer();
                }
            }
            assertNotNull(pending.await());
        }
        assertEquals(3, fakes.get("b").batches.size());
        assertEquals(5, fakes.get("a").batches.size());
        assertEquals(
                2,
                metrics.counter("engram_distributor_copies_not_sent_total", "", "ingester", "b")
                        .getCount());
    }
}
