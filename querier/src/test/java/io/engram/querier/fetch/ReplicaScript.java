package io.engram.querier.fetch;

import io.engram.model.StaleMarker;
import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.replica.ActivityBuilder;
import io.engram.model.replica.ActivityTable;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Replicas that scrape a counter, each at times of its own, with outages; cut into chunks and spread over stores. */
final class ReplicaScript {
    static final long INTERVAL_MS = 15_000;

    final Labels labels;
    final String[] names;
    final long[][] timeMs;
    final double[][] value;

    private ReplicaScript(Labels labels, String[] names) {
        this.labels = labels;
        this.names = names;
        this.timeMs = new long[names.length][];
        this.value = new double[names.length][];
    }

    /** Samples of {@code [fromMs, toMs)}. The counter grows by 1 each second, and falls to 0 now and then. */
    static ReplicaScript random(SplittableRandom random, Labels labels, int replicas, long fromMs, long toMs) {
        String[] names = new String[replicas];
        Arrays.setAll(names, i -> "r" + i);
        ReplicaScript script = new ReplicaScript(labels, names);
        long resetMs = random.nextInt(3) > 0 ? fromMs : random.nextLong(fromMs, toMs);
        for (int r = 0; r < replicas; r++) {
            script.scrape(random, r, fromMs, toMs, resetMs);
        }
        return script;
    }

    private void scrape(SplittableRandom random, int r, long fromMs, long toMs, long resetMs) {
        int most = (int) ((toMs - fromMs) / INTERVAL_MS) + 2;
        long[] times = new long[most];
        double[] values = new double[most];
        int n = 0;
        boolean up = random.nextInt(5) > 0;
        boolean stale = true;
        for (long t = fromMs + random.nextLong(INTERVAL_MS); t < toMs; t += INTERVAL_MS) {
            if (random.nextInt(40) == 0) {
                up = !up;
            }
            if (up) {
                times[n] = t + random.nextInt(100);
                values[n++] = (t - (t < resetMs ? fromMs : resetMs)) / 1000.0;
                stale = false;
            } else if (!stale && random.nextInt(4) == 0) {
                times[n] = t;
                values[n++] = StaleMarker.VALUE;
                stale = true;
            }
        }
        timeMs[r] = Arrays.copyOf(times, n);
        value[r] = Arrays.copyOf(values, n);
    }

    Labels of(int replica) {
        return labels.with("__replica__", names[replica]);
    }

    /** What ingesters would have counted. */
    ActivityTable activity() {
        ActivityBuilder counts = ActivityTable.builder();
        for (int r = 0; r < names.length; r++) {
            for (int i = 0; i < timeMs[r].length; i++) {
                long window = ActivityTable.window(timeMs[r][i]);
                boolean first = i == 0 || ActivityTable.window(timeMs[r][i - 1]) != window;
                counts.add("", names[r], window, 1, first ? 1 : 0);
            }
        }
        return counts.build();
    }

    /** Puts each sample into chunks of one or two of the stores. */
    void store(SplittableRandom random, TenantId tenant, MemorySelect... stores) {
        for (int r = 0; r < names.length; r++) {
            for (int from = 0; from < timeMs[r].length; ) {
                int to = Math.min(timeMs[r].length, from + random.nextInt(1, 60));
                long[] times = Arrays.copyOfRange(timeMs[r], from, to);
                double[] values = Arrays.copyOfRange(value[r], from, to);
                int first = random.nextInt(stores.length);
                stores[first].add(tenant, of(r), times, values);
                if (random.nextInt(3) == 0) {
                    stores[(first + 1) % stores.length].add(tenant, of(r), times, values);
                }
                from = to;
            }
        }
        for (MemorySelect store : stores) {
            store.activity = activity();
        }
    }
}
