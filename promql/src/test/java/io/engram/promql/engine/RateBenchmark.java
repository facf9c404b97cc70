package io.engram.promql.engine;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import io.engram.promql.storage.SeriesSource;
import io.engram.promql.storage.Storage;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Times queries over 50 000 series of 260 samples at 240 steps, in one thread; samples lie in arrays, so that only the
 * engine is measured. Run {@code main}; prints CPU nanoseconds per series and
 * step, and milliseconds of an instant query.
 */
final class RateBenchmark {
    private static final int SERIES = 50_000;
    private static final int SAMPLES = 260;
    private static final int STEPS = 240;
    private static final long SCRAPE_MS = 15_000;

    private RateBenchmark() {}

    public static void main(String[] arguments) {
        Storage storage = storage();
        long start = 300_000;
        long end = start + (STEPS - 1) * SCRAPE_MS;
        var options = new QueryOptions(start, end, SCRAPE_MS, 300_000, 600_000, 0, true, () -> false);
        var instant = new QueryOptions(end, end, 0, 300_000, 600_000, 0, true, () -> false);
        try (Engine engine = new Engine(new EngineConfig(1, 512, Duration.ofMinutes(1)))) {
            for (String query : new String[] {
                "sum by (x) (rate(m_total[5m]))",
                "sum(m_total)",
                "max by (x) (max_over_time(m_total[5m]))",
                "avg by (x) (sum_over_time(m_total[5m]))",
                "count(m_total > 100)",
                "count(m_total)",
                "count by (x, __name__) (m_total)",
                "count without (instance) (m_total)",
                "topk(5, rate(m_total[5m]))",
            }) {
                double best = Double.MAX_VALUE;
                for (int i = 0; i < 8; i++) {
                    long before = cpuNanos();
                    engine.run(query, storage, options);
                    best = Math.min(best, (cpuNanos() - before) / (double) SERIES / STEPS);
                }
                System.out.printf("%-45s %6.1f ns per series-step%n", query, best);
                best = Double.MAX_VALUE;
                for (int i = 0; i < 30; i++) {
                    long before = cpuNanos();
                    engine.run(query, storage, instant);
                    best = Math.min(best, (cpuNanos() - before) / 1e6);
                }
                System.out.printf("%-45s %6.1f ms as an instant query%n", query, best);
            }
        }
    }

    /** Of this thread; other load on the machine does not count. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Storage storage() {
        Labels[] labels = new Labels[SERIES];
        Label name = new Label("__name__", "m_total");
        Label[] x = new Label[100];
        for (int i = 0; i < x.length; i++) {
            x[i] = new Label("x", "x" + i);
        }
        for (int i = 0; i < SERIES; i++) {
            labels[i] = Labels.ofSorted(new Label[] {name, new Label("instance", "i" + i), x[i % x.length]});
        }
        double[][] values = new double[64][SAMPLES];
        for (int i = 0; i < values.length; i++) {
            for (int j = 1; j < SAMPLES; j++) {
                values[i][j] = j % 97 == i ? 0 : values[i][j - 1] + (i * 31 + j * 17) % 23;
            }
        }
        return selection -> new SeriesSource() {
            @Override
            public int size() {
                return SERIES;
            }

            @Override
            public Labels labels(int series) {
                return labels[series];
            }

            @Override
            public SampleReader read(int from, int to) {
                return new SampleReader() {
                    private int next = from;

                    @Override
                    public boolean next(SampleColumns into) {
                        if (next == to) {
                            return false;
                        }
                        long first = next % 15_000;
                        int low = Math.clamp(Math.ceilDiv(selection.minTimeMs() - first, SCRAPE_MS), 0, SAMPLES);
                        int high =
                                Math.clamp(Math.floorDiv(selection.maxTimeMs() - first, SCRAPE_MS) + 1, low, SAMPLES);
                        into.size = high - low;
                        into.ensureCapacity(into.size);
                        for (int i = low; i < high; i++) {
                            into.timestampMs[i - low] = first + i * SCRAPE_MS;
                        }
                        System.arraycopy(values[next++ % values.length], low, into.value, 0, into.size);
                        return true;
                    }

                    @Override
                    public void close() {}
                };
            }

            @Override
            public void close() {}
        };
    }
}
