package io.engram.tsdb.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.StaleMarker;
import io.engram.model.read.ChunkBatch;
import io.engram.model.testing.Seeds;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Xor2ChunkTest {
    /** Made by hand from the format: three samples 15 s apart of 1, 1 and 2, the last one 1 ms late. */
    @Test
    void readsAChunkBitByBit() {
        String bits = "0000000000000011" // three samples
                + "00000000" // no start timestamps
                + "11010000" + "00001111" // varint 1000: zigzag 2000
                + "0011111111110000" + "0".repeat(48) // 1.0
                + "10011000" + "01110101" // uvarint 15000
                + "0" // the same value
                + "110" + "0000000000001" // one millisecond more, in 13 bits
                + "110" + "00001" + "001011" // another value: 1 leading bit, 11 bits
                + "11111111111"; // 0x3FF0.. to 0x4000..
        byte[] chunk = bytes(bits);
        Decoded decoded = decode(chunk);
        assertArrayEquals(new long[] {1000, 16_000, 31_001}, decoded.times);
        assertArrayEquals(new double[] {1, 1, 2}, decoded.values);
    }

    @Test
    void bringsBackWhateverWentIn() {
        Seeds.check(400, random -> {
            int count = random.nextInt(1, 200);
            long[] times = new long[count];
            double[] values = new double[count];
            long[] starts = new long[count];
            fill(random, times, values, starts);
            Decoded decoded = decode(Xor2TestEncoder.encode(times, values, starts));
            assertArrayEquals(times, decoded.times);
            for (int i = 0; i < count; i++) {
                assertEquals(
                        Double.doubleToRawLongBits(values[i]),
                        Double.doubleToRawLongBits(decoded.values[i]),
                        "sample " + i);
            }
        });
    }

    @Test
    void truncatedChunkIsRefusedWhereverItEnds() {
        long[] times = new long[60];
        double[] values = new double[60];
        fill(Seeds.random(), times, values, new long[60]);
        byte[] chunk = Xor2TestEncoder.encode(times, values, new long[60]);
        for (int length = 2; length < chunk.length; length++) {
            byte[] cut = Arrays.copyOf(chunk, length);
            assertThrows(CorruptChunk.class, () -> decode(cut), "length " + length);
        }
    }

    @Test
    void damagedChunkNeverReadsBeyondItsSlack() {
        Seeds.check(1000, random -> {
            int count = random.nextInt(1, 100);
            long[] times = new long[count];
            double[] values = new double[count];
            long[] starts = new long[count];
            fill(random, times, values, starts);
            byte[] chunk = Xor2TestEncoder.encode(times, values, starts);
            for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
                chunk[random.nextInt(2, chunk.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                decode(chunk);
            } catch (CorruptChunk expected) {
                assertTrue(expected.getMessage().contains("XOR2 chunk"), expected.getMessage());
            }
        });
    }

    static void fill(SplittableRandom random, long[] times, double[] values, long[] starts) {
        long time = random.nextInt(2) == 0 ? 1_700_000_000_000L : -random.nextInt(1000);
        double value = random.nextInt(1000);
        long start = random.nextInt(2) == 0 ? 0 : time - 1000;
        boolean moves = random.nextInt(3) == 0;
        for (int i = 0; i < times.length; i++) {
            times[i] = time;
            values[i] = random.nextInt(10) == 0 ? StaleMarker.VALUE : value;
            starts[i] = start;
            time += switch (random.nextInt(8)) {
                case 0 -> 15_000 + random.nextInt(-4000, 4000);
                case 1 -> 1 + random.nextLong(1L << random.nextInt(1, 40));
                case 2 -> 15_000 + random.nextInt(-100, 500_000);
                default -> 15_000;
            };
            time = Math.max(time, times[i] + 1);
            value = switch (random.nextInt(5)) {
                case 0 -> Double.longBitsToDouble(random.nextLong() & ~(1L << 62));
                case 1 -> value + 1;
                default -> value;
            };
            start = moves && random.nextInt(10) == 0 ? time - random.nextInt(1000) : start;
        }
    }

    private static byte[] bytes(String bits) {
        String padded = bits + "0".repeat(-bits.length() & 7);
        byte[] bytes = new byte[padded.length() / 8];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(padded.substring(8 * i, 8 * i + 8), 2);
        }
        return bytes;
    }

    private record Decoded(long[] times, double[] values) {}

    private static Decoded decode(byte[] chunk) {
        byte[] data = new byte[3 + chunk.length + ChunkBatch.SLACK];
        Arrays.fill(data, (byte) 0xFF);
        System.arraycopy(chunk, 0, data, 3, chunk.length);
        int count = (chunk[0] & 0xFF) << 8 | chunk[1] & 0xFF;
        long[] times = new long[count];
        double[] values = new double[count];
        assertEquals(
                count,
                Xor2Decoder.decode(data, 3, chunk.length, times, values, 0),
                HexFormat.of().formatHex(chunk));
        return new Decoded(times, values);
    }
}
