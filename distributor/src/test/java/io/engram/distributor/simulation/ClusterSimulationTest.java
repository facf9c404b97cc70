package io.engram.distributor.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.distributor.simulation.ModelDistributor.Sample;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.testing.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * A cluster under load, in which ingesters are killed, alone, by zones or all at once, paused, slow, cut off from some,
 * out of disk space, restarted, added and taken away;
 * messages are lost, late or come twice; distributors die, and the store of the ring is gone for a while or for some. Every
 * read that succeeds has every sample that was acknowledged before it began, each once and with its value, and nothing
 * else. Where things go wrong in one zone (or to one ingester, without zones), no write and no read fails, and no read is
 * slow. When all is mended everything that was sent is acknowledged and reads miss nobody.
 *
 * <p>{@code -Dengram.test.cluster-scripts=5000} for more than the build's.
 */
final class ClusterSimulationTest {
    private static final int SCRIPTS = Integer.getInteger("engram.test.cluster-scripts", 100);
    private static final long CHAOS_MS = 25_000;
    /** Load goes on for a while when all is mended. */
    private static final long LOAD_MS = 45_000;

    private static final long SETTLED_MS = 120_000;

    @Test
    void nothingAcknowledgedIsEverMissingWhateverGoesWrong() {
        Seeds.check(SCRIPTS, random -> new Script(random, random.nextInt(4) == 0 ? 0 : 3, null).run());
    }

    @Test
    void aZoneMayDoWhatItLikes() {
        Seeds.check(SCRIPTS, random -> new Script(random, 3, "zone-0").run());
    }

    private static final class Script {
        private static final int SENDERS = 3;
        private static final int SERIES_EACH = 4;
        /** Two steps of a question and patience each; without anybody to compare with, ten times patience. */
        private static final long SLOW_READ_MS = 3 * (2 * Network.USUAL_MS + 1_000);

        private final Timeline time;
        private final ModelCluster cluster;
        private final String onlyZone;
        /** When each sample was acknowledged. */
        private final Map<Sample, Long> acknowledged = new HashMap<>();

        private final Set<Sample> sent = new HashSet<>();
        private final Set<Integer> waitingSenders = new HashSet<>();
        private final List<String> infosAtTheEnd = new ArrayList<>();
        private boolean stopped;
        private int reads;
        private int goodReads;

        Script(SplittableRandom random, int zones, String onlyZone) {
            this.time = new Timeline(random);
            this.cluster = new ModelCluster(time, zones, 3 + random.nextInt(4));
            this.onlyZone = onlyZone;
        }

        void run() {
            try {
                for (int sender = 0; sender < SENDERS; sender++) {
                    send(sender, 0);
                }
                time.within(1, 500, this::read);
                new Faults(cluster, onlyZone).begin(CHAOS_MS);
                time.runUntil(CHAOS_MS);
                cluster.heal();
                time.runUntil(LOAD_MS);
                stopped = true;
                time.runUntil(SETTLED_MS);
                assertTrue(waitingSenders.isEmpty(), "senders are not acknowledged though all is well");
                assertEquals(sent, acknowledged.keySet());
                readAtTheEnd();
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + time.story(), e);
            }
        }

        /** Sends a sample of each series, again and again until it is acknowledged; then the next. */
        private void send(int sender, long timeMs) {
            if (stopped) {
                return;
            }
            List<Sample> samples = LongStream.range(0, SERIES_EACH)
                    .mapToObj(series -> new Sample(fingerprint(sender, series), timeMs))
                    .toList();
            sent.addAll(samples);
            waitingSenders.add(sender);
            attempt(sender, samples, () -> time.within(1, 2_000, () -> send(sender, timeMs + 1)));
        }

        private static long fingerprint(int sender, long series) {
            return new SplittableRandom(31L * sender + series).nextLong();
        }

        private void attempt(int sender, List<Sample> samples, Runnable next) {
            ModelDistributor to = cluster.anyDistributor();
            boolean[] ended = new boolean[1];
            to.write(samples, failure -> {
                if (!ended[0]) {
                    ended[0] = true;
                    written(sender, samples, failure, next);
                }
            });
            for (int seconds = 2; seconds <= 30; seconds += 2) {
                boolean last = seconds == 30;
                time.in(1_000L * seconds, () -> {
                    if (!ended[0] && !to.isUp()) { // its distributor was killed: the connection is gone
                        ended[0] = true;
                        attempt(sender, samples, next);
                    }
                    assertTrue(ended[0] || !last, "a write has no end");
                });
            }
        }

        private void written(int sender, List<Sample> samples, RuntimeException failure, Runnable next) {
            if (failure == null) {
                samples.forEach(sample -> acknowledged.putIfAbsent(sample, time.nowMs()));
                waitingSenders.remove(sender);
                next.run();
                return;
            }
            assertTrue(
                    failure instanceof Failure known
                            && (known.id() == ErrorId.NO_QUORUM || known.id() == ErrorId.NO_OWNER),
                    failure.toString());
            assertNull(onlyZone, "a write fails though two zones are well: " + failure.getMessage());
            time.within(100, 1_000, () -> attempt(sender, samples, next));
        }

        private void read() {
            if (stopped) {
                return;
            }
            long beganMs = time.nowMs();
            reads++;
            cluster.anyQuerier().read((samples, infos, failure) -> {
                if (failure == null) {
                    goodReads++;
                    check(samples, beganMs);
                } else {
                    assertTrue(
                            failure instanceof Failure known && known.id() == ErrorId.COPIES_MISSING,
                            failure.toString());
                    assertNull(onlyZone, "a read fails though two zones are well: " + failure.getMessage());
                }
                boolean slow = time.nowMs() - beganMs > SLOW_READ_MS;
                assertTrue(onlyZone == null || !slow, "a read that began at " + beganMs + " ms is slow");
            });
            time.within(1, 2_000, this::read);
        }

        private void check(Map<Long, Map<Long, Double>> samples, long beganMs) {
            Set<Sample> missing = new HashSet<>();
            acknowledged.forEach((sample, atMs) -> {
                if (atMs < beganMs
                        && !samples.getOrDefault(sample.series(), Map.of()).containsKey(sample.timeMs())) {
                    missing.add(sample);
                }
            });
            assertTrue(
                    missing.isEmpty(),
                    () -> "a read that began at " + beganMs + " ms lacks " + missing.size() + " samples, as "
                            + missing.iterator().next());
            samples.forEach((series, of) -> of.forEach((timeMs, value) -> {
                Sample sample = new Sample(series, timeMs);
                assertTrue(sent.contains(sample), () -> "nobody sent " + sample);
                assertEquals(sample.value(), value);
            }));
        }

        private void readAtTheEnd() {
            cluster.queriers.forEach(querier -> querier.read((samples, infos, failure) -> {
                assertNull(failure);
                infosAtTheEnd.addAll(infos);
                check(samples, time.nowMs());
                goodReads++;
            }));
            time.runUntil(2 * SETTLED_MS);
            assertEquals(List.of(), infosAtTheEnd);
            assertTrue(goodReads > cluster.queriers.size() && reads > 10, "something was looked at");
            assertTrue(new TreeSet<>(acknowledged.values()).size() > 10, "something was written");
        }
    }
}
