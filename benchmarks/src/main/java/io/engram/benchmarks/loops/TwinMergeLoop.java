package io.engram.benchmarks.loops;

import io.engram.model.read.ChunkBatch;
import io.engram.tsdb.chunk.XorDecoder;
import io.engram.tsdb.chunk.XorEncoder;
import io.engram.tsdb.replica.MergedSamples;
import io.engram.tsdb.replica.Ranks;
import io.engram.tsdb.replica.TwinMerge;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time per sample shown, decoding included, of a hundred counters over three hours, scraped every 15 seconds: by one
 * replica, and by two whose samples all differ. With {@code missed}, so many in a thousand scrapes of the leader are not there.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class TwinMergeLoop {
    private static final int SERIES = 100;
    private static final int CHUNKS = 6;
    private static final int SAMPLES = 120;
    private static final long START_MS = 1_700_000_000_000L;
    private static final long END_MS = START_MS + CHUNKS * SAMPLES * 15_000L;

    @Param({"0", "10"})
    int missed;

    private final byte[][][] chunks = new byte[2 * SERIES][CHUNKS][];
    private final long[][] timeMs = new long[2][CHUNKS * SAMPLES];
    private final double[][] value = new double[2][CHUNKS * SAMPLES];
    private final Ranks ranks = Ranks.byName(List.of("a", "b"));
    private final TwinMerge merge = new TwinMerge();

    @Setup
    public void encode() {
        SplittableRandom random = new SplittableRandom(7);
        XorEncoder encoder = new XorEncoder();
        for (int s = 0; s < 2 * SERIES; s++) {
            double counter = random.nextInt(1_000_000);
            for (int c = 0; c < CHUNKS; c++) {
                encoder.reset();
                for (int i = 0; i < SAMPLES; i++) {
                    counter += random.nextInt(100);
                    long time = START_MS + (c * SAMPLES + i) * 15_000L + s % 2 * 7_000 + random.nextInt(3);
                    if (i == 0 || s % 2 == 1 || random.nextInt(1_000) >= missed) {
                        encoder.append(time, Double.doubleToRawLongBits(counter));
                    }
                }
                byte[] chunk = encoder.toByteArray();
                chunks[s][c] = Arrays.copyOf(chunk, chunk.length + ChunkBatch.SLACK);
            }
        }
    }

    @Benchmark
    @OperationsPerInvocation(SERIES * CHUNKS * SAMPLES)
    public double one() {
        double sum = 0;
        for (int s = 0; s < SERIES; s++) {
            int count = decode(2 * s, 0);
            sum += value[0][count - 1];
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(SERIES * CHUNKS * SAMPLES)
    public double two() {
        double sum = 0;
        for (int s = 0; s < SERIES; s++) {
            merge.begin(ranks);
            for (int twin = 0; twin < 2; twin++) {
                merge.add(twin, timeMs[twin], value[twin], null, decode(2 * s + twin, twin));
            }
            MergedSamples merged = merge.merge(START_MS, END_MS, END_MS);
            sum += merged.value[merged.count - 1];
        }
        return sum;
    }

    private int decode(int series, int twin) {
        int count = 0;
        for (byte[] chunk : chunks[series]) {
            count += XorDecoder.decode(
                    chunk,
                    0,
                    chunk.length - ChunkBatch.SLACK,
                    Long.MIN_VALUE,
                    Long.MAX_VALUE,
                    timeMs[twin],
                    value[twin],
                    count);
        }
        return count;
    }
}
