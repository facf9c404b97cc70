package io.engram.tsdb.replica;

import io.engram.tsdb.replica.FaultScript.TwinScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The merge as the contract words it, sample by sample: slow, and what {@link TwinMerge} is compared with. */
final class SlowMerge {
    /** A sample that is shown, and whose. */
    record Shown(long timeMs, int twin, int index) {}

    private final List<TwinScript> twins;
    private final Ranks ranks;
    private final long nowMs;
    private final Map<Long, Long> intervals = new HashMap<>();
    private final Map<Integer, Set<Long>> windows = new HashMap<>();

    SlowMerge(List<TwinScript> twins, Ranks ranks, long nowMs) {
        this.twins = twins;
        this.ranks = ranks;
        this.nowMs = nowMs;
    }

    List<Shown> merge() {
        List<Shown> shown = new ArrayList<>();
        for (Shown sample : ofRank(0)) {
            if (!tooClose(shown, sample)) {
                shown.add(sample);
            }
        }
        List<Shown> before = List.copyOf(shown);
        for (int rank = 1; rank < twins.size(); rank++) {
            shown = fill(shown, ofRank(rank));
        }
        while (!shown.equals(before)) { // what gave way may have left holes
            before = shown;
            for (int rank = 0; rank < twins.size(); rank++) {
                shown = fill(shown, ofRank(rank));
            }
        }
        return shown;
    }

    private List<Shown> fill(List<Shown> above, List<Shown> fillers) {
        List<Shown> shown = new ArrayList<>();
        int f = 0;
        for (int a = 0; a <= above.size(); a++) {
            boolean open = a == above.size();
            long next = open ? nowMs : above.get(a).timeMs;
            int nextTwin = open ? -1 : above.get(a).twin;
            Shown begin = shown.isEmpty() ? null : shown.getLast();
            while (begin != null && f < fillers.size() && fillers.get(f).timeMs <= begin.timeMs) {
                f++;
            }
            for (int k = f; k < fillers.size() && (open || fillers.get(k).timeMs < next); k++) {
                Shown filler = fillers.get(k);
                if (isHole(shown, begin, filler, next, nextTwin) && !tooClose(shown, filler)) {
                    shown.add(filler);
                }
            }
            if (!open && !tooClose(shown, above.get(a))) {
                shown.add(above.get(a));
            }
        }
        return shown;
    }

    private boolean isHole(List<Shown> shown, Shown begin, Shown filler, long next, int nextTwin) {
        long before = window(filler.timeMs) - 1;
        boolean othersShown = false;
        for (int i = shown.size() - 1; i >= 0 && window(shown.get(i).timeMs) >= before; i--) {
            othersShown |= shown.get(i).twin != filler.twin;
        }
        if (!othersShown && (nextTwin < 0 || nextTwin == filler.twin)) {
            return true;
        }
        if (shown.isEmpty() || window(shown.getLast().timeMs) < before) {
            return 10 * (next - filler.timeMs) > 16 * intervalMs(filler.timeMs);
        }
        if (begin == null || window(begin.timeMs) < before) {
            return true; // what was shown since fills the same hole
        }
        return 10 * (next - begin.timeMs) > 16 * intervalMs(filler.timeMs);
    }

    private boolean tooClose(List<Shown> shown, Shown sample) {
        return !shown.isEmpty()
                && shown.getLast().twin != sample.twin
                && 2 * (sample.timeMs - shown.getLast().timeMs) < intervalMs(sample.timeMs);
    }

    /** For each window the samples of the twin of this rank. */
    private List<Shown> ofRank(int rank) {
        List<Shown> samples = new ArrayList<>();
        for (int t = 0; t < twins.size(); t++) {
            TwinScript twin = twins.get(t);
            for (int i = 0; i < twin.count(); i++) {
                if (!twin.isMarker(i) && rankOf(t, window(twin.timeMs()[i])) == rank) {
                    samples.add(new Shown(twin.timeMs()[i], t, i));
                }
            }
        }
        samples.sort((a, b) -> Long.compare(a.timeMs, b.timeMs));
        return samples;
    }

    /** Those that have no sample in the window, nor in one beside it, come last. */
    private int rankOf(int twin, long window) {
        int mine = place(twin, window);
        int rank = 0;
        for (int other = 0; other < twins.size(); other++) {
            rank += place(other, window) < mine ? 1 : 0;
        }
        return rank;
    }

    private int place(int twin, long window) {
        TwinScript script = twins.get(twin);
        Set<Long> known = windows.computeIfAbsent(twin, _ -> {
            Set<Long> found = new HashSet<>();
            for (int i = 0; i < script.count(); i++) {
                long own = window(script.timeMs()[i]);
                found.addAll(script.isMarker(i) ? Set.of() : Set.of(own - 1, own, own + 1));
            }
            return found;
        });
        int rank = ranks.rank(ranks.replica(script.replica()), window);
        return known.contains(window) ? rank : ranks.replicas() + 1 + rank;
    }

    long intervalMs(long timeMs) {
        return intervals.computeIfAbsent(window(timeMs), w -> {
            long[] steps = steps(w - 1, w - 1);
            steps = steps.length > 0 ? steps : steps(w - 1, w);
            return steps.length > 0 ? steps[(steps.length - 1) / 4] : 300_000;
        });
    }

    /** The steps between the twins' samples in these windows, sorted. */
    long[] steps(long first, long last) {
        List<Long> steps = new ArrayList<>();
        for (TwinScript twin : twins) {
            long before = Long.MIN_VALUE;
            for (int i = 0; i < twin.count(); i++) {
                long timeMs = twin.timeMs()[i];
                if (!twin.isMarker(i) && window(timeMs) >= first && window(timeMs) <= last) {
                    if (before != Long.MIN_VALUE) {
                        steps.add(timeMs - before);
                    }
                    before = timeMs;
                }
            }
        }
        long[] sorted = steps.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    static long window(long timeMs) {
        return Math.floorDiv(timeMs, 300_000L);
    }

    /** Whether the twins are stale at the moment: each one's last word is a marker or older than 1.6 intervals. */
    boolean silent(long momentMs) {
        for (TwinScript twin : twins) {
            int last = twin.lastUntil(momentMs);
            if (last >= 0
                    && !twin.isMarker(last)
                    && 10 * (momentMs - twin.timeMs()[last]) <= 16 * intervalMs(momentMs)) {
                return false;
            }
        }
        return true;
    }
}
