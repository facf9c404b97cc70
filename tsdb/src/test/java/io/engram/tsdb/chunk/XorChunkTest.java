package io.engram.tsdb.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.StaleMarker;
import io.engram.model.read.ChunkBatch;
import io.engram.model.testing.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class XorChunkTest {
    @Test
    void encodesAsPrometheusDoes() {
        List<byte[]> chunks = GoldenChunks.chunks();
        List<List<GoldenChunks.Sample>> samples = GoldenChunks.samples();
        assertEquals(samples.size(), chunks.size());

        XorEncoder encoder = new XorEncoder();
        for (int i = 0; i < chunks.size(); i++) {
            encoder.reset();
            samples.get(i).forEach(s -> encoder.append(s.timestampMs(), s.valueBits()));
            assertArrayEquals(chunks.get(i), encoder.toByteArray(), "chunk " + i);
        }
    }

    @Test
    void decodesWhatPrometheusWrote() {
        List<byte[]> chunks = GoldenChunks.chunks();
        List<List<GoldenChunks.Sample>> samples = GoldenChunks.samples();
        for (int i = 0; i < chunks.size(); i++) {
            Decoded decoded = decode(chunks.get(i), Long.MIN_VALUE, Long.MAX_VALUE);
            List<GoldenChunks.Sample> expected = samples.get(i);
            assertArrayEquals(
                    expected.stream()
                            .mapToLong(GoldenChunks.Sample::timestampMs)
                            .toArray(),
                    decoded.times());
            assertArrayEquals(
                    expected.stream().mapToLong(GoldenChunks.Sample::valueBits).toArray(), decoded.valueBits());
        }
    }

    @Test
    void bringsBackWhateverWentIn() {
        Seeds.check(300, random -> {
            long[] times = new long[1 + random.nextInt(200)];
            long[] values = new long[times.length];
            fill(random, times, values);
            byte[] chunk = encode(times, values);

            long min = random.nextBoolean() ? Long.MIN_VALUE : times[random.nextInt(times.length)];
            long max = random.nextBoolean() ? Long.MAX_VALUE : times[random.nextInt(times.length)] - 1;
            int[] kept = java.util.stream.IntStream.range(0, times.length)
                    .filter(i -> times[i] >= min && times[i] <= max)
                    .toArray();
            Decoded decoded = decode(chunk, min, max);

            assertArrayEquals(Arrays.stream(kept).mapToLong(i -> times[i]).toArray(), decoded.times());
            assertArrayEquals(Arrays.stream(kept).mapToLong(i -> values[i]).toArray(), decoded.valueBits());
        });
    }

    @Test
    void truncatedChunkIsRefusedWhereverItEnds() {
        long[] times = new long[50];
        long[] values = new long[50];
        fill(Seeds.random(), times, values);
        byte[] chunk = encode(times, values);
        for (int length = 0; length < chunk.length; length++) {
            byte[] cut = Arrays.copyOf(chunk, length);
            assertThrows(CorruptChunk.class, () -> decode(cut, Long.MIN_VALUE, Long.MAX_VALUE), "length " + length);
        }
    }

    @Test
    void damagedChunkNeverReadsBeyondItsSlack() {
        Seeds.check(2000, random -> {
            long[] times = new long[1 + random.nextInt(150)];
            long[] values = new long[times.length];
            fill(random, times, values);
            byte[] chunk = encode(times, values);
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                chunk[random.nextInt(chunk.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                Decoded decoded = decode(chunk, Long.MIN_VALUE, Long.MAX_VALUE);
                assertTrue(decoded.times().length <= XorDecoder.sampleCount(chunk, 0, chunk.length));
            } catch (CorruptChunk expected) {
                assertTrue(expected.getMessage().contains("XOR chunk"));
            }
        });
    }

    @Test
    void staleMarkerKeepsItsBits() {
        byte[] chunk = encode(new long[] {0, 15_000, 30_000}, new long[] {StaleMarker.BITS, 1, StaleMarker.BITS});
        assertArrayEquals(
                new long[] {StaleMarker.BITS, 1, StaleMarker.BITS},
                decode(chunk, Long.MIN_VALUE, Long.MAX_VALUE).valueBits());
    }

    @Test
    void refusesTimestampsThatDoNotRise() {
        XorEncoder encoder = new XorEncoder();
        encoder.append(1000, 0);
        assertThrows(IllegalArgumentException.class, () -> encoder.append(1000, 0));
    }

    private static void fill(SplittableRandom random, long[] times, long[] values) {
        long time =
                switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> -random.nextLong(1L << 40);
                    case 2 -> random.nextLong(1L << 60);
                    default -> 1_700_000_000_000L;
                };
        long value = random.nextLong();
        for (int i = 0; i < times.length; i++) {
            times[i] = time;
            values[i] = value;
            time += switch (random.nextInt(6)) {
                case 0 -> 1 + random.nextLong(1L << random.nextInt(1, 40));
                case 1 -> 15_000 + random.nextInt(-100, 100);
                default -> 15_000;
            };
            value = switch (random.nextInt(6)) {
                case 0 -> random.nextLong();
                case 1 -> value ^ 1L << random.nextInt(64);
                case 2 -> Double.doubleToRawLongBits(random.nextInt(1000));
                case 3 -> Double.doubleToRawLongBits(Double.longBitsToDouble(value) + 1);
                default -> value;
            };
        }
    }

    private static byte[] encode(long[] times, long[] values) {
        XorEncoder encoder = new XorEncoder();
        for (int i = 0; i < times.length; i++) {
            encoder.append(times[i], values[i]);
        }
        return encoder.toByteArray();
    }

    private record Decoded(long[] times, long[] valueBits) {}

    /** Somewhere inside a larger array, ones all around, with no byte behind the slack. */
    private static Decoded decode(byte[] chunk, long minMs, long maxMs) {
        int offset = 5;
        byte[] data = new byte[offset + chunk.length + ChunkBatch.SLACK];
        Arrays.fill(data, (byte) 0xFF);
        System.arraycopy(chunk, 0, data, offset, chunk.length);
        int count = XorDecoder.sampleCount(data, offset, chunk.length);
        long[] times = new long[count];
        double[] values = new double[count];
        int n = XorDecoder.decode(data, offset, chunk.length, minMs, maxMs, times, values, 0);
        return new Decoded(
                Arrays.copyOf(times, n),
                Arrays.stream(values, 0, n)
                        .mapToLong(Double::doubleToRawLongBits)
                        .toArray());
    }
}
