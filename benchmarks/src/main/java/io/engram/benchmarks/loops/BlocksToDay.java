package io.engram.benchmarks.loops;

import io.engram.benchmarks.e2e.FleetBlock;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.tsdb.block.BlockFolders;
import io.engram.tsdb.block.BlockMerge;
import io.engram.tsdb.block.BlockReader;
import io.engram.tsdb.block.MergedMeta;
import io.engram.tsdb.cut.CutPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * Twelve blocks of two hours, which have the same series, merged into one of a day. The counters tell how many samples a
 * second of the process's CPU merges. With {@code -p series=1000000} it takes 20 GiB of disk, and minutes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xmx2g",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+UseTransparentHugePages"
        })
public class BlocksToDay {
    private static final int BLOCKS = 12;

    @Param({"100000"})
    int series;

    /** Of each series in each block. */
    @Param({"480"})
    int samples;

    private Path folder;
    private final List<BlockReader> blocks = new ArrayList<>();
    private BlockMeta merged;
    private int merges;

    @Setup(Level.Trial)
    public void write() throws IOException {
        folder = Files.createTempDirectory(Path.of(System.getProperty("java.io.tmpdir")), "bench-blocks");
        FleetBlock maker = new FleetBlock(series);
        for (int b = 0; b < BLOCKS; b++) {
            FleetBlock.Written block = maker.write(
                    folder, BlockId.of(b, 1, 1), b * CutPlan.RANGE_MS, CutPlan.RANGE_MS / samples, _ -> samples);
            blocks.add(BlockReader.open(block.folder()));
        }
    }

    /** Samples merged and CPU that the process took for them, in all of its threads. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Cost {
        public long mergedSamples;
        public long cpuMillis;
    }

    @Setup(Level.Iteration)
    public void deleteMerged() throws IOException {
        if (merged != null) {
            BlockFolders.delete(folder.resolve(merged.id().toString()));
        }
    }

    @Benchmark
    public Object merge(Cost cost) throws IOException {
        long cpuNanosBefore = BenchHead.processCpuNanos();
        BlockId id = BlockId.of(BLOCKS, 2, merges++);
        List<BlockMeta> sources = blocks.stream().map(BlockReader::meta).toList();
        merged = BlockMerge.merge(
                        blocks,
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        folder,
                        id,
                        contents -> MergedMeta.of(id, sources, Long.MIN_VALUE, Long.MAX_VALUE, "compactor", contents))
                .meta();
        cost.cpuMillis = (BenchHead.processCpuNanos() - cpuNanosBefore) / 1_000_000;
        cost.mergedSamples = merged.stats().samples();
        return merged;
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        blocks.forEach(BlockReader::close);
        BlockFolders.delete(folder);
    }
}
