package io.engram.tsdb.head;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.read.ChunkBatch;
import io.engram.tsdb.chunk.XorDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Reads what heads hold, as a querier would, into plain maps: series to time to bits of the value. */
public final class HeadContents {
    private HeadContents() {}

    public static TreeMap<Labels, NavigableMap<Long, Long>> all(Heads heads, TenantId tenant) {
        return read(heads, tenant, List.of(), Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** While others append: what a fetch brings may be newer than what the select said. */
    static TreeMap<Labels, NavigableMap<Long, Long>> whileOthersAppend(Heads heads, TenantId tenant) {
        return read(heads, tenant, List.of(), Long.MIN_VALUE, Long.MAX_VALUE, false);
    }

    public static TreeMap<Labels, NavigableMap<Long, Long>> read(
            Heads heads, TenantId tenant, List<Matcher> matchers, long minMs, long maxMs) {
        return read(heads, tenant, matchers, minMs, maxMs, true);
    }

    /** Series without a sample in the range are left out: the head finds by chunk, queries by sample. */
    private static TreeMap<Labels, NavigableMap<Long, Long>> read(
            Heads heads, TenantId tenant, List<Matcher> matchers, long minMs, long maxMs, boolean timesHold) {
        TreeMap<Labels, NavigableMap<Long, Long>> contents = new TreeMap<>();
        try (HeadSelection selection = heads.select(tenant, matchers, minMs, maxMs)) {
            int[] ordinals = new int[selection.series().size()];
            Arrays.setAll(ordinals, i -> i);
            ChunkBatch batch = new ChunkBatch();
            int to;
            for (int from = 0; from < ordinals.length; from = to) {
                to = Math.min(ordinals.length, 2 * from + 1); // few at first, then more than a group
                selection.fetch(ordinals, from, to, batch);
                for (int i = from; i < to; i++) {
                    NavigableMap<Long, Long> samples = samples(batch, i - from, minMs, maxMs);
                    if (!samples.isEmpty() && contents.put(selection.series().labels(ordinals[i]), samples) != null) {
                        throw new AssertionError(
                                "found twice: " + selection.series().labels(ordinals[i]));
                    }
                    if (timesHold) {
                        checkTimes(selection, i, samples, minMs, maxMs);
                    }
                }
            }
        }
        return contents;
    }

    /** From which sample on which start holds, of all series for which one was said. */
    static TreeMap<Labels, TreeMap<Long, Long>> starts(Heads heads, TenantId tenant) {
        TreeMap<Labels, TreeMap<Long, Long>> found = new TreeMap<>();
        try (HeadSelection selection = heads.select(tenant, List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
            int[] ordinals = new int[selection.series().size()];
            Arrays.setAll(ordinals, i -> ordinals.length - 1 - i);
            StartRuns runs = new StartRuns();
            selection.starts(ordinals, 0, ordinals.length, runs);
            for (int k = 0; k < ordinals.length; k++) {
                TreeMap<Long, Long> of = new TreeMap<>();
                for (int run = runs.firstRun[k]; run < runs.firstRun[k + 1]; run++) {
                    of.put(runs.fromMs[run], runs.startMs[run]);
                }
                if (!of.isEmpty()) {
                    found.put(selection.series().labels(ordinals[k]), of);
                }
            }
        }
        return found;
    }

    private static void checkTimes(
            HeadSelection selection, int i, NavigableMap<Long, Long> samples, long minMs, long maxMs) {
        if (!samples.isEmpty()
                && (selection.series().minTimeMs()[i] > samples.firstKey()
                        || selection.series().maxTimeMs()[i] < samples.lastKey())) {
            throw new AssertionError("times of series " + i + " in " + minMs + ".." + maxMs + " are "
                    + selection.series().minTimeMs()[i] + ".."
                    + selection.series().maxTimeMs()[i] + ", samples "
                    + samples.firstKey() + ".." + samples.lastKey());
        }
    }

    private static NavigableMap<Long, Long> samples(ChunkBatch batch, int series, long minMs, long maxMs) {
        NavigableMap<Long, Long> samples = new TreeMap<>();
        long first = Long.MIN_VALUE;
        for (int c = batch.firstChunk[series]; c < batch.firstChunk[series + 1]; c++) {
            int count = XorDecoder.sampleCount(batch.data, batch.offset[c], batch.length[c]);
            long[] times = new long[count];
            double[] values = new double[count];
            int n = XorDecoder.decode(
                    batch.data, batch.offset[c], batch.length[c], Long.MIN_VALUE, Long.MAX_VALUE, times, values, 0);
            if (n != count || times[0] != batch.minTimeMs[c] || times[n - 1] != batch.maxTimeMs[c]) {
                throw new AssertionError("chunk " + c + " says " + batch.minTimeMs[c] + ".." + batch.maxTimeMs[c]);
            }
            if (Math.floorDiv(times[0], 7_200_000) != Math.floorDiv(times[n - 1], 7_200_000) || n > 120) {
                throw new AssertionError("chunk " + c + " is not cut as it must be");
            }
            if (times[0] < first) {
                throw new AssertionError("chunks do not come in the order of their first samples: " + times[0]);
            }
            first = times[0];
            for (int i = 0; i < n; i++) {
                if (i > 0 && times[i] <= times[i - 1]) {
                    throw new AssertionError("times do not rise: " + times[i - 1] + ", " + times[i]);
                }
                if (times[i] >= minMs
                        && times[i] <= maxMs
                        && samples.put(times[i], Double.doubleToRawLongBits(values[i])) != null) {
                    throw new AssertionError("two samples at " + times[i]);
                }
            }
        }
        return samples;
    }
}
