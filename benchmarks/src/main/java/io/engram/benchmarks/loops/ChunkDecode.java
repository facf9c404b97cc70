package io.engram.benchmarks.loops;

import io.engram.model.read.ChunkBatch;
import io.engram.tsdb.chunk.XorDecoder;
import io.engram.tsdb.chunk.XorEncoder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time to decode one sample of an XOR chunk: a thousand chunks of 120 jittering counters, scraped with jitter. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ChunkDecode {
    private static final int CHUNKS = 1000;
    private static final int SAMPLES = 120;

    private final byte[][] chunks = new byte[CHUNKS][];
    private final int[] lengths = new int[CHUNKS];
    private final long[] timestampMs = new long[SAMPLES];
    private final double[] values = new double[SAMPLES];

    @Setup
    public void encode() {
        SplittableRandom random = new SplittableRandom(7);
        XorEncoder encoder = new XorEncoder();
        for (int c = 0; c < CHUNKS; c++) {
            encoder.reset();
            double value = random.nextInt(1_000_000);
            for (int i = 0; i < SAMPLES; i++) {
                value += random.nextInt(100);
                encoder.append(1_700_000_000_000L + i * 15_000L + random.nextInt(3), Double.doubleToRawLongBits(value));
            }
            byte[] chunk = encoder.toByteArray();
            lengths[c] = chunk.length;
            chunks[c] = Arrays.copyOf(chunk, chunk.length + ChunkBatch.SLACK);
        }
    }

    @Benchmark
    @OperationsPerInvocation(CHUNKS * SAMPLES)
    public int decode() {
        int samples = 0;
        for (int c = 0; c < CHUNKS; c++) {
            samples +=
                    XorDecoder.decode(chunks[c], 0, lengths[c], Long.MIN_VALUE, Long.MAX_VALUE, timestampMs, values, 0);
        }
        return samples;
    }
}
