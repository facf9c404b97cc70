package io.engram.distributor.ha;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.limits.Limits;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.TestLimits;
import io.engram.ring.StoreUnavailableException;
import io.engram.ring.testing.RefusingStore;
import io.engram.server.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HaTrackerTest {
    private static final TenantId TENANT = new TenantId("team-a");
    private static final HaTrackerConfig CONFIG =
            new HaTrackerConfig(Duration.ofSeconds(15), Duration.ZERO, Duration.ofSeconds(30), 4000);

    private final ManualClock clock = new ManualClock(1_000_000);
    private final RefusingStore store = new RefusingStore();
    private final Metrics metrics = new Metrics();
    private Limits limits = TestLimits.with(Map.of("haTrackerEnabled", true, "haMaxClusters", 2));
    private final HaTracker tracker = tracker();
    private final List<String> replayed = new ArrayList<>();

    private HaTracker tracker() {
        return new HaTracker(CONFIG, _ -> limits, store, clock, tenant -> new HaCounters(tenant, metrics));
    }

    private TrackedCluster cluster() {
        return new TrackedCluster(
                TENANT,
                "pair",
                CONFIG.times(0),
                new ElectionStore(store),
                new HeldBytes(1000),
                new HaCounters(TENANT, metrics),
                clock.nowMs());
    }

    private record Write(long heldBytes) implements HeldWrite {}

    private Verdict send(HaTracker to, String cluster, String replica, long newestMs) {
        return to.received(TENANT, limits, cluster, replica, newestMs, newestMs, clock.nowMs(), () -> new Write(100));
    }

    private Verdict send(String replica, long newestMs) {
        return send(tracker, "pair", replica, newestMs);
    }

    private void tick() {
        tick(tracker);
    }

    private void tick(HaTracker of) {
        of.tick(
                (tenant, cluster, replica, write, afterMs) -> {
                    replayed.add(replica + " after " + afterMs);
                    of.written(tenant, cluster, replica, 1_000_000);
                },
                Runnable::run);
    }

    /** For 20 s, each a sample a second; the time of the leader's last. */
    private long bothSendForAWhile() {
        long timeMs = 0;
        for (int i = 0; i < 20; i++) {
            timeMs += 1000;
            clock.advance(1000);
            send("a", timeMs);
            tracker.written(TENANT, "pair", "a", timeMs);
            send("b", timeMs - 500);
        }
        return timeMs;
    }

    @Test
    void theFirstLeadsAndTheStoreHearsOfItNowAndThen() {
        assertEquals(new Verdict.Take(Long.MIN_VALUE), send("a", 1000));
        for (int i = 0; i < 100; i++) {
            clock.advance(1000);
            send("a", 1000 + i);
            send("b", 1000 + i);
            tick();
        }
        assertEquals(1 + 100 / 5, store.get("ha-tracker/team-a/pair").version());
        clock.advance(20_000);
        tick();
        assertEquals(1 + 100 / 5, store.get("ha-tracker/team-a/pair").version(), "nothing is new any more");
    }

    @Test
    void otherProcessesFollowWhatTheStoreSays() {
        send("a", 1000);
        HaTracker other = tracker();
        assertInstanceOf(Verdict.Standby.class, send(other, "pair", "b", 900));
        assertInstanceOf(Verdict.Take.class, send(other, "pair", "a", 1000));
    }

    /** Connections stay where they are: one replica's requests all come to one distributor, the other's to another. */
    @Test
    void aLeaderThatOnlyAnotherProcessHearsLeadsOn() {
        HaTracker other = tracker();
        send("a", 1000);
        for (int i = 1; i <= 300; i++) {
            clock.advance(1000);
            send("a", 1000 + 1000 * i);
            tracker.written(TENANT, "pair", "a", 1000 + 1000 * i);
            assertInstanceOf(Verdict.Standby.class, send(other, "pair", "b", 500 + 1000 * i));
            tick(tracker);
            tick(other);
        }
        assertEquals("a", other.status().get(0).state().leader());
        assertEquals(0, other.status().get(0).state().term().failovers());
        assertTrue(other.heldBytes() <= 700, "held for as long as it takes to hear of the leader");
    }

    @Test
    void oneProcessElectsForAllAndEachWritesWhatItHolds() {
        HaTracker other = tracker();
        send("a", 1000);
        tracker.written(TENANT, "pair", "a", 1000);
        send("b", 3000);
        clock.advance(6000);
        tick(tracker);
        send(other, "pair", "b", 4000);
        clock.advance(23_000);
        send("b", 5000);
        send(other, "pair", "b", 6000);
        clock.advance(1000);
        tick(tracker);
        assertEquals(List.of("b after 1000"), replayed);
        assertInstanceOf(
                Verdict.LeaderLate.class, send(other, "pair", "b", 7000), "what it holds is to be written yet");
        tick(other);
        assertEquals(List.of("b after 1000", "b after 1000"), replayed);
        assertEquals(0, tracker.heldBytes() + other.heldBytes());
        assertEquals(new Verdict.Take(1000), send(other, "pair", "b", 7000));
        assertEquals(new Verdict.Take(1000), send("b", 7000));
        assertEquals(new Verdict.Standby(), send(other, "pair", "a", 900));
    }

    @Test
    void whileTheStoreIsAwayLeadersStay() {
        long timeMs = bothSendForAWhile();
        store.isAway = true;
        clock.advance(12_000);
        send("b", timeMs + 11_000);
        assertInstanceOf(Verdict.Take.class, send("a", timeMs + 12_000), "nobody can fill its hole");
        clock.advance(60_000);
        tick();
        assertInstanceOf(Verdict.LeaderLate.class, send("b", timeMs + 60_000), "its sender keeps what it has");
        assertThrows(StoreUnavailableException.class, () -> send(tracker, "new", "a", 1000));
        store.isAway = false;
        send("b", timeMs + 60_000);
        tick();
        assertEquals("b", tracker.status().get(0).state().leader());
    }

    @Test
    void aLostRaceIsFollowedToo() {
        TrackedCluster one = cluster();
        TrackedCluster other = cluster(); // both have seen that nobody leads
        assertInstanceOf(Verdict.Take.class, one.received("a", 1000, 1000, clock.nowMs(), () -> new Write(100)));
        assertInstanceOf(Verdict.Standby.class, other.received("b", 1000, 1000, clock.nowMs(), () -> new Write(100)));
        assertEquals("a", other.status().state().leader());
    }

    @Test
    void fromWhenTheLeaderIsLateStandbysAreToComeBack() {
        send("a", 1000);
        assertEquals(new Verdict.Standby(), send("b", 2000));
        assertEquals(100, tracker.heldBytes());
        clock.advance(14_999);
        assertEquals(new Verdict.Standby(), send("b", 3000));
        clock.advance(1);
        assertEquals(new Verdict.LeaderLate("a", 15_000, 16_000), send("b", 4000));
        assertEquals(200, tracker.heldBytes(), "what is told to come back is not held");
        assertEquals(new Verdict.Take(Long.MIN_VALUE), send("a", 3500));
        tracker.written(TENANT, "pair", "a", 3500);
        assertEquals(0, tracker.heldBytes(), "the leader has sent as much");
        assertEquals(new Verdict.Standby(), send("b", 4000));
    }

    @Test
    void aFailOverWritesWhatIsHeldInTheOrderOfTimeAndNothingTwice() {
        send("a", 1000);
        tracker.written(TENANT, "pair", "a", 1000);
        send("b", 3000);
        send("b", 2000);
        send("b", 900);
        assertEquals(200, tracker.heldBytes());
        clock.advance(29_000);
        send("b", 4000);
        clock.advance(1000);
        tick();
        assertEquals(List.of("b after 1000", "b after 1000"), replayed);
        assertEquals(0, tracker.heldBytes());
        assertEquals(new Verdict.Take(1000), send("b", 4000));
        assertEquals(new Verdict.Standby(), send("a", 900), "who comes back does not lead again");
        assertEquals(1, tracker.status().get(0).state().term().failovers());
    }

    @Test
    void aLeaderThatComesBackWithAHoleIsReplacedByWhoHasIt() {
        long timeMs = bothSendForAWhile();
        clock.advance(12_000);
        send("b", timeMs + 11_000);
        assertEquals(new Verdict.LeaderLate("b", 0, 1000), send("a", timeMs + 12_000));
        tick();
        assertEquals(List.of("b after " + timeMs), replayed);
        assertEquals(new Verdict.Take(timeMs), send("b", timeMs + 12_500));
    }

    @Test
    void aShortHoleThatStaysDoesNotHideALongerOne() {
        long timeMs = bothSendForAWhile() + 7000;
        clock.advance(7000);
        send("b", timeMs - 500);
        assertEquals(new Verdict.Take(Long.MIN_VALUE), send("a", timeMs));
        tracker.written(TENANT, "pair", "a", timeMs);
        clock.advance(12_000);
        send("b", timeMs + 11_000);
        assertEquals(new Verdict.LeaderLate("b", 0, 1000), send("a", timeMs + 12_000));
    }

    @Test
    void aLeaderThatWasCutOffSendsWhatItHasAndLeadsOn() {
        assertEquals(20_000, bothSendForAWhile());
        clock.advance(12_000);
        send("b", 31_000);
        assertInstanceOf(
                Verdict.Take.class,
                tracker.received(TENANT, limits, "pair", "a", 21_000, 32_000, clock.nowMs(), () -> new Write(1)));
    }

    @Test
    void nobodyIsElectedWhereNobodyIsThere() {
        send("a", 1000);
        clock.advance(60_000);
        tick();
        assertEquals(new Verdict.Take(Long.MIN_VALUE), send("a", 2000), "the only one goes on");
    }

    @Test
    void whoIsFarAheadWaitsAndOthersHaveRoom() {
        send("a", 1000);
        send(tracker, "other", "a", 1000);
        int held = 0;
        while (send("b", 2000 + held) instanceof Verdict.Standby) {
            held++;
        }
        assertEquals(20, held, "half of the memory, for one leaves as much free as it takes");
        assertEquals(new Verdict.BufferFull("a", 2000), send("b", 9000));
        assertEquals(new Verdict.Standby(), send(tracker, "other", "b", 2000));
    }

    @Test
    void clustersBeyondTheLimitAreRefusedUntilOneIsForgotten() {
        send(tracker, "one", "a", 1);
        send(tracker, "two", "a", 1);
        assertEquals(new Verdict.TooManyClusters(2), send(tracker, "three", "a", 1));
        assertEquals(new Verdict.Take(Long.MIN_VALUE), send(tracker, "two", "a", 2), "those that are there go on");
        clock.advance(Election.FORGET_AFTER_MS - 1);
        send(tracker, "two", "a", 2);
        clock.advance(1);
        tick();
        assertEquals(1, tracker.clusterCount());
        assertEquals(new Verdict.Take(Long.MIN_VALUE), send(tracker, "three", "a", 1));
        assertEquals(0, store.get("ha-tracker/team-a/one").value().length);
    }

    @Test
    void turningItOffForgetsWhatIsHeld() {
        send("a", 1000);
        send("b", 2000);
        limits = TestLimits.with(Map.of());
        tick();
        assertEquals(0, tracker.heldBytes());
        assertEquals(0, tracker.clusterCount());
        assertEquals(
                1L,
                metrics.registry()
                        .getCounters()
                        .get("engram_distributor_ha_tracker_dropped_writes_total{tenant=\"team-a\"}")
                        .getCount());
    }

    @Test
    void aSenderThatMakesUpReplicasHoldsNoMoreThanSome() {
        send("a", 1000);
        for (int i = 0; i < 1000; i++) {
            assertInstanceOf(Verdict.Standby.class, send("made-up-" + i, 900));
        }
        assertEquals(
                Election.MAX_STANDBYS,
                tracker.status().get(0).state().standbys().size());
        assertNull(tracker.status().get(0).state().standby("made-up-999"));
    }
}
