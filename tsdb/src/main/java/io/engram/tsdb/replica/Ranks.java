package io.engram.tsdb.replica;

import io.engram.model.labels.Utf8Order;
import io.engram.model.replica.ClusterActivity;
import io.engram.model.replica.ReplicaNames;
import java.util.Arrays;
import java.util.Collection;
import java.util.TreeSet;

/**
 * The order of a pair's replicas in each window: the first leads, the others fill its holes. A pure function of the
 * activity. Immutable, may be used by several threads; one serves all series of the pair that a query or a job merges.
 *
 * <p>A window is ranked by what was counted in the window before, so that the window which is still filling has its leader:
 *
 * <ol>
 *   <li>by name, those whose samples, plus two for each series of the pair, reach nine tenths of the highest count. A scrape
 *       may fall over either edge of the window, hence the two; healthy twins never change places by it.
 *   <li>then the others by their samples, the most first; of as many, by name.
 *   <li>Where nobody was counted all are in the first group: by name.
 *   <li>What was folded ({@link ReplicaNames#FOLDED}) is in the first group always.
 * </ol>
 *
 * <p>A twin that has no samples around a window takes no place in the order of that series ({@code TwinSet}).
 *
 * <p>Windows of the same order in a row are one span; most queries see a single one.
 */
public final class Ranks {
    private final String[] names; // in their order
    private final long[] firstWindow; // of each span; the first span reaches back for ever, the last one on for ever
    private final int[][] rankOf; // by span and replica

    private Ranks(String[] names, long[] firstWindow, int[][] rankOf) {
        this.names = names;
        this.firstWindow = firstWindow;
        this.rankOf = rankOf;
    }

    /**
     * Ranks the replicas in all windows that {@code fromMs .. toMs} touches, both included.
     *
     * @param replicas names of replicas that were found in the data; they are ranked too where the activity does not know
     *     them, behind all that it knows
     * @param fromMs {@link ReplicaWindow#readFromMs} of the range; earlier windows are ranked as this one
     * @param toMs {@link ReplicaWindow#readToMs} of the range, and at most about now; later windows are ranked as this one
     */
    public static Ranks of(Activity activity, Collection<String> replicas, long fromMs, long toMs) {
        return new RankCount(activity, replicas).between(ReplicaWindow.of(fromMs), ReplicaWindow.of(toMs));
    }

    /**
     * The same from what was counted of the pair. Before the first window that was counted, and behind the one after the
     * last, the order is that of the names.
     */
    public static Ranks of(ClusterActivity counted, Collection<String> replicas, long fromMs, long toMs) {
        if (counted.replicaCount() == 0) {
            return byName(replicas);
        }
        long firstMs = Math.max(fromMs, ReplicaWindow.startMs(counted.firstWindow()));
        long lastMs = Math.min(toMs, ReplicaWindow.startMs(counted.lastWindow() + 2));
        return of(new TableActivity(counted), replicas, Math.min(firstMs, lastMs), lastMs);
    }

    /** Ranks by name alone, for twins of which no activity is known. */
    public static Ranks byName(Collection<String> replicas) {
        TreeSet<String> sorted = new TreeSet<>(Utf8Order::compare);
        sorted.addAll(replicas);
        String[] names = sorted.toArray(String[]::new);
        int[] rank = new int[names.length];
        Arrays.setAll(rank, i -> i);
        return new Ranks(names, new long[] {0}, new int[][] {rank});
    }

    static Ranks of(String[] names, long[] firstWindow, int[][] rankOf) {
        return new Ranks(names, firstWindow, rankOf);
    }

    /** How many replicas are ranked. */
    public int replicas() {
        return names.length;
    }

    /** The number by which {@link TwinMerge} knows a replica; -1 where it is none of those ranked. */
    public int replica(String name) {
        return Math.max(-1, Arrays.binarySearch(names, name, Utf8Order::compare));
    }

    public String name(int replica) {
        return names[replica];
    }

    /** The place of a replica in the window, from 0 on. A replica that is not ranked (-1) comes behind all. */
    public int rank(int replica, long window) {
        return replica < 0 ? names.length : rankOf[spanOf(window)][replica];
    }

    /** The replica that is first in the window. */
    public int leader(long window) {
        int[] rank = rankOf[spanOf(window)];
        int replica = 0;
        while (rank[replica] != 0) {
            replica++;
        }
        return replica;
    }

    int spans() {
        return firstWindow.length;
    }

    private int spanOf(long window) {
        int at = Arrays.binarySearch(firstWindow, window);
        return at >= 0 ? at : Math.max(0, -at - 2);
    }

    /** The first window of a span; that of the first one says nothing, as it reaches back for ever. */
    long firstWindow(int span) {
        return firstWindow[span];
    }
}
