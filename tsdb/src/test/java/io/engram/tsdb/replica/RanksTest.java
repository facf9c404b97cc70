package io.engram.tsdb.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.replica.ReplicaNames;
import io.engram.model.testing.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;

class RanksTest {
    private static final long W = 5_000_000;

    @Test
    void leadsByNameWhereBothSentNineTenths() {
        Ranks ranks = ranks(new ActivityCounts(1).set("a", W, 1_880, 10).set("b", W, 2_100, 10));
        assertEquals("a", leader(ranks, W + 1)); // 1,880 and two for each of ten series are more than nine tenths
        assertEquals(
                "b", leader(ranks(new ActivityCounts(1).set("a", W, 1_860, 10).set("b", W, 2_100, 10)), W + 1));
    }

    @Test
    void allowsForAScrapeOverEachEdgeOfTheWindow() {
        assertEquals("a", leader(ranks(new ActivityCounts(1).set("a", W, 2, 2).set("b", W, 6, 2)), W + 1));
        assertEquals("b", leader(ranks(new ActivityCounts(1).set("a", W, 1, 2).set("b", W, 6, 2)), W + 1));
    }

    @Test
    void ranksTheOthersByWhatTheySent() {
        Ranks ranks = ranks(new ActivityCounts(1)
                .set("a", W, 10, 1)
                .set("b", W, 60, 1)
                .set("c", W, 30, 1)
                .set("d", W, 60, 1));
        assertEquals("bdca", order(ranks, W + 1));
        assertEquals("abcd", order(ranks, W), "nothing is known of the window before: by name");
        assertEquals("abcd", order(ranks, W + 2));
    }

    @Test
    void ranksReplicasThatNobodyCounted() {
        Ranks ranks = Ranks.of(
                new ActivityCounts(1).set("b", W, 60, 1),
                List.of("c", "a"),
                ReplicaWindow.startMs(W),
                ReplicaWindow.startMs(W + 3));
        assertEquals("bac", order(ranks, W + 1));
        assertEquals(-1, ranks.replica("d"));
        assertEquals(3, ranks.rank(-1, W + 1));
    }

    @Test
    void whatWasFoldedGoesBeforeAll() {
        Ranks ranks = Ranks.of(
                new ActivityCounts(1).set("b", W, 60, 1),
                List.of("a", ReplicaNames.FOLDED),
                ReplicaWindow.startMs(W),
                ReplicaWindow.startMs(W + 3));
        for (long w = W; w < W + 3; w++) {
            assertEquals(0, ranks.rank(ranks.replica(ReplicaNames.FOLDED), w));
        }
    }

    @Test
    void healthyReplicasNeverChangePlaces() {
        Seeds.check(2_000, random -> {
            int series = 1 + random.nextInt(1_000);
            int scrapes = 2 + random.nextInt(59);
            ActivityCounts counts = new ActivityCounts(series);
            for (long w = W; w < W + 12; w++) {
                counts.set("a", w, (long) series * scrapes - random.nextInt(series + 1), series);
                counts.set("b", w, (long) series * scrapes + random.nextInt(series + 1), series);
            }
            Ranks ranks = ranks(counts);
            assertEquals(1, ranks.spans());
            assertEquals("a", leader(ranks, W + 6));
        });
    }

    @Test
    void eachReplicaHasAPlaceOfItsOwn() {
        Seeds.check(2_000, random -> {
            ActivityCounts counts = new ActivityCounts(1);
            for (int i = 0; i < 40; i++) {
                String replica = String.valueOf((char) ('a' + random.nextInt(5)));
                counts.set(replica, W + random.nextInt(10), random.nextInt(100), random.nextInt(4));
            }
            Ranks ranks = ranks(counts);
            for (long w = W; w < W + 12; w++) {
                assertEquals(
                        ranks.replicas(), order(ranks, w).chars().distinct().count());
                assertTrue(ranks.rank(ranks.leader(w), w) == 0);
            }
        });
    }

    private static Ranks ranks(Activity activity) {
        return Ranks.of(activity, List.of(), ReplicaWindow.startMs(W), ReplicaWindow.startMs(W + 12));
    }

    private static String leader(Ranks ranks, long window) {
        return ranks.name(ranks.leader(window));
    }

    private static String order(Ranks ranks, long window) {
        String[] order = new String[ranks.replicas()];
        for (int r = 0; r < order.length; r++) {
            order[ranks.rank(r, window)] = ranks.name(r);
        }
        return String.join("", order);
    }
}
