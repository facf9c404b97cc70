package io.engram.benchmarks.loops;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.tsdb.block.BlockFolders;
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

    /** How far the head goes beyond the block: an hour where a cut is due by time, nothing where all is flushed. */
    @Param({"60", "0"})
    int minutesBeyond;

    private BenchHead head;
    private long firstMs;
    private BlockMeta written;
    private int blocks;

    @Setup(Level.Trial)
    public void fill() throws IOException, InterruptedException {
        head = BenchHead.open(series);
        firstMs = CutPlan.startOf(System.currentTimeMillis()) - 2 * CutPlan.RANGE_MS;
        for (int round = 0; round < SAMPLES + 2 * minutesBeyond; round++) {
            for (int b = 0; b < head.batches.length; b++) {
                head.heads.append(head.batch(b, round, firstMs + round * 30_000L));
            }
        }
        head.heads.checkpoint(); // so that none is due while a block is written
    }

    /** Series written and CPU that the process took for them, in all of its threads. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Cost {
        public long series;
        public long cpuMillis;
    }

    /** What is on disk stays what one block takes: memory that the kernel's cache has never had costs more. */
    @Setup(Level.Iteration)
    public void deleteBlock() throws IOException {
        if (written != null) {
            BlockFolders.delete(head.folder.resolve(written.id().toString()));
        }
    }

    @Benchmark
    public Object write(Cost cost) throws IOException {
        long cpuNanosBefore = BenchHead.processCpuNanos();
        written = HeadCut.write(
                        head.heads,
                        BenchHead.TENANT,
                        firstMs,
                        firstMs + CutPlan.RANGE_MS,
                        head.folder,
                        BlockId.of(1, 1, blocks++))
                .orElseThrow();
        cost.cpuMillis = (BenchHead.processCpuNanos() - cpuNanosBefore) / 1_000_000;
        cost.series = written.stats().series();
        return written;
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        head.close();
    }
}
