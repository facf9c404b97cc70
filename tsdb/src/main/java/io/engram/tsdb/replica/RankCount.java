package io.engram.tsdb.replica;

import io.engram.model.labels.Utf8Order;
import io.engram.model.replica.ReplicaNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Makes {@link Ranks} out of counts. */
final class RankCount {
    private final Activity activity;
    private final String[] names;
    private final int[] counted; // number in the activity, -1 where it does not know the replica
    private final long[] samples;

    RankCount(Activity activity, Collection<String> replicas) {
        this.activity = activity;
        TreeSet<String> all = new TreeSet<>(Utf8Order::compare);
        all.addAll(replicas);
        for (int r = 0; r < activity.replicaCount(); r++) {
            all.add(activity.replica(r));
        }
        names = all.toArray(String[]::new);
        counted = new int[names.length];
        samples = new long[names.length];
        Arrays.fill(counted, -1);
        for (int r = 0; r < activity.replicaCount(); r++) {
            counted[Arrays.binarySearch(names, activity.replica(r), Utf8Order::compare)] = r;
        }
    }

    Ranks between(long first, long last) {
        List<int[]> ranks = new ArrayList<>();
        long[] starts = new long[1];
        for (long w = first; w <= last; w++) {
            int[] rank = rank(w);
            if (ranks.isEmpty() || !Arrays.equals(rank, ranks.getLast())) {
                if (ranks.size() == starts.length) {
                    starts = Arrays.copyOf(starts, 2 * starts.length);
                }
                starts[ranks.size()] = w;
                ranks.add(rank);
            }
        }
        return Ranks.of(names, Arrays.copyOf(starts, ranks.size()), ranks.toArray(int[][]::new));
    }

    private int[] rank(long window) {
        long highest = 0;
        long series = 0;
        for (int i = 0; i < names.length; i++) {
            samples[i] = counted[i] < 0 ? 0 : activity.samples(counted[i], window - 1);
            highest = Math.max(highest, samples[i]);
            series = counted[i] < 0 ? series : Math.max(series, activity.series(counted[i], window - 1));
        }
        int[] rank = new int[names.length];
        int place = 0;
        for (int i = 0; i < names.length; i++) {
            boolean first = counted[i] >= 0 && 10 * (samples[i] + 2 * series) >= 9 * highest;
            // What was folded is what those had who led: where there is any, it goes before those whose samples go on.
            rank[i] = first || names[i].equals(ReplicaNames.FOLDED) ? place++ : -1;
        }
        while (place < names.length) {
            int best = -1;
            for (int i = 0; i < names.length; i++) {
                if (rank[i] < 0 && (best < 0 || samples[i] > samples[best])) {
                    best = i;
                }
            }
            rank[best] = place++;
        }
        return rank;
    }
}
