package io.engram.benchmarks.loops;

import io.engram.model.block.BlockId;
import io.engram.tsdb.cut.CutPlan;
import io.engram.tsdb.cut.HeadCut;
import java.io.IOException;
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
 * Two hours of a head, a sample every 30 s, written as a block. The counters {@code series} and {@code cpuMillis} tell how
 * many series a second of the process's CPU writes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
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
public class HeadToBlock {
    private static final int SAMPLES = 240;

    @Param({"200000"})
    int series;

    private BenchHead head;
    private long firstMs;
    private int blocks;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        head = BenchHead.open(series);
        firstMs = CutPlan.startOf(System.currentTimeMillis()) - CutPlan.RANGE_MS;
        for (int round = 0; round < SAMPLES; round++) {
            for (int b = 0; b < head.batches.length; b++) {
                head.heads.append(head.batch(b, round, firstMs + round * 30_000L));
            }
        }
    }

    /** Series written and CPU that the process took for them, in all of its threads. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Cost {
        public long series;
        public long cpuMillis;
        private long cpuNanosAtStart;

        @Setup(Level.Iteration)
        public void begin() {
            cpuNanosAtStart = BenchHead.processCpuNanos();
        }

        @TearDown(Level.Iteration)
        public void end() {
            cpuMillis = (BenchHead.processCpuNanos() - cpuNanosAtStart) / 1_000_000;
        }
    }

    @Benchmark
    public Object write(Cost cost) throws IOException {
        var meta = HeadCut.write(
                head.heads,
                BenchHead.TENANT,
                firstMs,
                firstMs + CutPlan.RANGE_MS,
                head.folder,
                BlockId.of(1, 1, blocks++));
        cost.series = meta.orElseThrow().stats().series();
        return meta;
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        head.close();
    }
}
