package io.engram.distributor.ha;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.limits.Limits;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.Seeds;
import io.engram.model.testing.TestLimits;
import io.engram.ring.InProcessStore;
import io.engram.server.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Pairs and triples that are killed, restarted and cut off at random, one at a time: whoever sends, every time is stored
 * from one replica, and none is missing that one of them had.
 */
class ElectionSimulationTest {
    private static final TenantId TENANT = new TenantId("team-a");
    private static final Limits LIMITS = TestLimits.with(Map.of("haTrackerEnabled", true));
    private static final long START_MS = 1_700_000_000_000L;
    private static final long STEP_MS = 100;
    private static final long SCRIPT_MS = 900_000;

    @Test
    void noFaultOfOneReplicaLeavesAGapOrADuplicate() {
        Seeds.check(150, random -> new Script(random, 1 << 20).run());
    }

    /** The memory holds a few scrapes only: senders wait in place of losing anything. */
    @Test
    void neitherWhereTheBufferIsSmall() {
        Seeds.check(50, random -> new Script(random, 1000).run());
    }

    /** Each replica's requests come to one distributor for a while, then to another, or each to any of them. */
    @Test
    void neitherWhereSeveralDistributorsHearOfThem() {
        Seeds.check(600, random -> {
            Script script = new Script(random, 1 << 20);
            script.addDistributors(1 + random.nextInt(2));
            script.run();
        });
    }

    /**
     * A restart takes less than a fail-over: what the leader has missed comes from another, down to half of its being late,
     * which is at 20 s at most.
     */
    @Test
    void aRestartOfTheLeaderLeavesNoLongGap() {
        Seeds.check(50, random -> {
            Script script = new Script(random, 1 << 20, 1000);
            script.restartMs = 30_000;
            script.maxGapMs = 10_000;
            script.run();
        });
    }

    /** Also where the leader, when it is back, comes to a distributor that never heard of the other. */
    @Test
    void norWhereSeveralDistributorsHearOfThem() {
        Seeds.check(200, random -> {
            Script script = new Script(random, 1 << 20, 1000);
            script.addDistributors(1 + random.nextInt(2));
            script.knownAfterMs = 60_000;
            script.restartMs = 30_000;
            script.maxGapMs = 21_000;
            script.run();
        });
    }

    private static final class Script {
        final SplittableRandom random;
        final ManualClock clock = new ManualClock(START_MS);
        final List<HaTracker> trackers = new ArrayList<>();
        final Map<String, HaTracker> routes = new HashMap<>();
        boolean routesChangeOften;
        /** Until then every distributor hears of everybody, and so knows how a replica usually sends. */
        long knownAfterMs;

        final Supplier<HaTracker> newTracker;
        final List<Sender> senders = new ArrayList<>();
        final TreeMap<Long, String> stored = new TreeMap<>();
        final long intervalMs;
        long maxGapMs;
        /** How long a replica is gone, at most; 0 where it is for longer than a fail-over takes. */
        long restartMs;

        int replaysLeftToFail;

        Script(SplittableRandom random, long bufferBytes) {
            this(random, bufferBytes, new long[] {1000, 5000, 10_000, 15_000}[random.nextInt(4)]);
        }

        Script(SplittableRandom random, long bufferBytes, long intervalMs) {
            this.random = random;
            Metrics metrics = new Metrics();
            HaTrackerConfig config = new HaTrackerConfig(
                    Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ofSeconds(30), bufferBytes);
            HaCounters counters = new HaCounters(TENANT, metrics);
            InProcessStore store = new InProcessStore();
            newTracker = () -> new HaTracker(config, _ -> LIMITS, store, clock, _ -> counters);
            trackers.add(newTracker.get());
            this.intervalMs = intervalMs;
            this.maxGapMs = intervalMs;
            for (int i = 0; i < 2 + random.nextInt(2); i++) {
                senders.add(new Sender(
                        "prom-" + i, intervalMs, random.nextLong(intervalMs), STEP_MS * random.nextInt(1, 50)));
            }
        }

        void addDistributors(int count) {
            for (int i = 0; i < count; i++) {
                trackers.add(newTracker.get());
            }
            routesChangeOften = random.nextBoolean();
        }

        private HaTracker route(String replica) {
            boolean often = routesChangeOften || clock.nowMs() < START_MS + knownAfterMs;
            if (random.nextInt(often ? 1 : 300) == 0) {
                routes.remove(replica);
            }
            return routes.computeIfAbsent(replica, _ -> trackers.get(random.nextInt(trackers.size())));
        }

        void run() {
            Sender victim = null;
            // What is a hole is known once the pair has sent some times.
            long changeMs = START_MS + (restartMs > 0 ? 60_000 : 30_000) + random.nextLong(60_000);
            for (long ms = START_MS; ms < START_MS + SCRIPT_MS; ms += STEP_MS) {
                clock.set(ms);
                if (ms >= changeMs) {
                    victim = victim == null ? fault() : repaired(victim);
                    changeMs = ms + pauseMs(victim);
                }
                for (Sender sender : senders) {
                    sender.step(ms, STEP_MS, this::receive);
                }
                if (ms % 1000 == 0) {
                    tick(random.nextInt(8) == 0 ? 1 : 0);
                }
            }
            tick(0); // a fail-over of the last moment is finished,
            tick(0); // also by those who only hear of it
            check();
        }

        private void tick(int replaysToFail) {
            replaysLeftToFail = replaysToFail;
            for (HaTracker tracker : trackers) {
                tracker.tick(
                        (_, _, replica, write, afterMs) -> replay(tracker, replica, write, afterMs), Runnable::run);
            }
        }

        private long pauseMs(Sender victim) {
            if (victim != null && restartMs > 0) {
                return random.nextLong(restartMs);
            }
            // Killed for long enough that another leads: a shorter hole may stay, see restartMs.
            return (victim != null && victim.up ? 1000 : 60_000) + random.nextLong(60_000);
        }

        private Sender fault() {
            Sender victim = senders.get(random.nextInt(senders.size()));
            if (random.nextBoolean()) {
                victim.kill();
            } else {
                victim.connected = false;
            }
            return victim;
        }

        private static Sender repaired(Sender victim) {
            victim.up = true;
            victim.connected = true;
            return null;
        }

        private Verdict receive(String replica, Sender.Batch batch, Supplier<HeldWrite> copy) {
            HaTracker tracker = route(replica);
            Verdict verdict = tracker.received(
                    TENANT, LIMITS, "pair", replica, batch.oldestMs(), batch.newestMs(), clock.nowMs(), copy);
            if (verdict instanceof Verdict.Take(long afterMs)) {
                store(tracker, replica, batch, afterMs);
            }
            return verdict;
        }

        private void replay(HaTracker tracker, String replica, HeldWrite write, long afterMs) {
            if (replaysLeftToFail-- > 0) {
                throw new Failure(ErrorId.WAL_UNAVAILABLE, "the disk is slow");
            }
            store(tracker, replica, (Sender.Batch) write, afterMs);
        }

        private void store(HaTracker tracker, String replica, Sender.Batch batch, long afterMs) {
            for (long timeMs : batch.timesMs()) {
                if (timeMs > afterMs) {
                    String before = stored.put(timeMs, replica);
                    assertTrue(
                            before == null || before.equals(replica),
                            () -> "stored from " + before + " and from " + replica + " at " + timeMs);
                }
            }
            tracker.written(TENANT, "pair", replica, batch.newestMs());
        }

        private void check() {
            int changes = 0;
            Map.Entry<Long, String> last = stored.firstEntry();
            for (Map.Entry<Long, String> entry : stored.entrySet()) {
                long gapMs = entry.getKey() - last.getKey();
                long atMs = last.getKey() - START_MS;
                assertTrue(gapMs <= maxGapMs, () -> "a gap of " + gapMs + " ms at " + atMs + ", not " + maxGapMs);
                changes += entry.getValue().equals(last.getValue()) ? 0 : 1;
                last = entry;
            }
            int failovers = trackers.stream()
                    .flatMap(tracker -> tracker.status().stream())
                    .mapToInt(status -> status.state().term().failovers())
                    .max()
                    .orElseThrow();
            if (trackers.size() == 1) {
                assertEquals(failovers, changes, "as many changes of the replica in the stored series as fail-overs");
            } else { // one may elect in the moment in which the leader comes back to another
                assertTrue(changes <= failovers, changes + " changes of the replica by " + failovers + " fail-overs");
            }
            long endMs = START_MS + SCRIPT_MS;
            assertTrue(last.getKey() > endMs - 90_000, "still storing at the end");
        }
    }
}
