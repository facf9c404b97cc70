package io.engram.benchmarks.loops;

import io.engram.benchmarks.e2e.Workload;
import io.engram.model.write.WriteBatch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The head alone: batches as the distributor hands them over, each a sample for 1,500 series with the values of the
 * end-to-end workload, log on. The counters {@code samples} and {@code cpuMillis} tell what a second of the process's CPU
 * is worth: the log's writer, collector and compiler included, the making of the values not.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xmx6g",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+UseTransparentHugePages",
            "-XX:G1HeapRegionSize=1m"
        })
public class HeadAppend {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Param({"100000", "1000000"})
    int series;

    /** Whether all series come from one of several replicas, so that they are counted. */
    @Param({"false", "true"})
    boolean replica;

    private BenchHead head;
    private int next;
    private int round;
    private long timeMs;

    @Setup(Level.Trial)
    public void open() throws IOException {
        List<Workload.Series> all = Workload.series(series, 0);
        head = BenchHead.open(replica ? Replica.of(all, "prometheus-0") : all);
        timeMs = System.currentTimeMillis() - 3_600_000;
    }

    /** Samples appended and CPU that the process took for them, in all of its threads, summed over the iterations. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Cost {
        public long samples;
        public long cpuMillis;
        private long cpuNanosAtStart;
        private long valuesCpuNanos;

        @Setup(Level.Iteration)
        public void begin() {
            samples = 0;
            valuesCpuNanos = 0;
            cpuNanosAtStart = BenchHead.processCpuNanos();
        }

        @TearDown(Level.Iteration)
        public void end() {
            cpuMillis = (BenchHead.processCpuNanos() - cpuNanosAtStart - valuesCpuNanos) / 1_000_000;
        }
    }

    @Benchmark
    public Object append(Cost cost) {
        long cpuNanos = THREADS.getCurrentThreadCpuTime();
        if (next == head.batches.length) {
            next = 0;
            round++;
            timeMs += 15_000;
        }
        WriteBatch batch = head.batch(next++, round, timeMs);
        cost.valuesCpuNanos += THREADS.getCurrentThreadCpuTime() - cpuNanos;
        cost.samples += batch.sampleCount;
        return head.heads.append(batch);
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        head.close();
    }
}
