package io.engram.benchmarks.loops;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.promql.engine.Engine;
import io.engram.promql.engine.EngineConfig;
import io.engram.promql.engine.QueryOptions;
import io.engram.promql.engine.QueryResult;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import io.engram.promql.storage.SeriesSource;
import io.engram.promql.storage.Storage;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Time of the engine per series and step: 50,000 series of 260 samples in arrays, 240 steps, one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseCompactObjectHeaders"})
public class QueryEvaluate {
    private static final int SERIES = 50_000;
    private static final int SAMPLES = 260;
    private static final int STEPS = 240;
    private static final long SCRAPE_MS = 15_000;

    @Param({
        "sum by (x) (rate(m_total[5m]))",
        "sum(m_total)",
        "max by (x) (max_over_time(m_total[5m]))",
        "count(m_total > 100)",
        "topk(5, rate(m_total[5m]))"
    })
    String query;

    private Engine engine;
    private Labels[] labels;
    private double[][] values;

    @Setup
    public void data() {
        engine = new Engine(new EngineConfig(1, 512, Duration.ofMinutes(1)));
        Label name = new Label(Label.METRIC_NAME, "m_total");
        Label[] x = new Label[100];
        for (int i = 0; i < x.length; i++) {
            x[i] = new Label("x", "x" + i);
        }
        labels = new Labels[SERIES];
        for (int i = 0; i < SERIES; i++) {
            labels[i] = Labels.ofSorted(new Label[] {name, new Label("instance", "i" + i), x[i % x.length]});
        }
        values = new double[64][SAMPLES];
        for (int i = 0; i < values.length; i++) {
            for (int j = 1; j < SAMPLES; j++) {
                values[i][j] = j % 97 == i ? 0 : values[i][j - 1] + (i * 31 + j * 17) % 23;
            }
        }
    }

    @TearDown
    public void close() {
        engine.close();
    }

    @Benchmark
    @OperationsPerInvocation(SERIES * STEPS)
    public QueryResult range() {
        long startMs = 300_000;
        return engine.run(
                query,
                storage(),
                new QueryOptions(
                        startMs,
                        startMs + (STEPS - 1) * SCRAPE_MS,
                        SCRAPE_MS,
                        300_000,
                        600_000,
                        0,
                        false,
                        () -> false));
    }

    private Storage storage() {
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
                return new ArrayReader(from, to, selection.minTimeMs(), selection.maxTimeMs());
            }

            @Override
            public void close() {}
        };
    }

    /** Each series is scraped every 15 s, at a phase of its own. */
    private final class ArrayReader implements SampleReader {
        private final int to;
        private final long minMs;
        private final long maxMs;
        private int next;

        ArrayReader(int from, int to, long minMs, long maxMs) {
            this.next = from;
            this.to = to;
            this.minMs = minMs;
            this.maxMs = maxMs;
        }

        @Override
        public boolean next(SampleColumns into) {
            if (next == to) {
                return false;
            }
            long firstMs = next % SCRAPE_MS;
            int low = Math.clamp(Math.ceilDiv(minMs - firstMs, SCRAPE_MS), 0, SAMPLES);
            int high = Math.clamp(Math.floorDiv(maxMs - firstMs, SCRAPE_MS) + 1, low, SAMPLES);
            into.size = high - low;
            into.ensureCapacity(into.size);
            for (int i = low; i < high; i++) {
                into.timestampMs[i - low] = firstMs + i * SCRAPE_MS;
            }
            System.arraycopy(values[next++ % values.length], low, into.value, 0, into.size);
            return true;
        }

        @Override
        public void close() {}
    }
}
