package io.engram.tsdb.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.histogram.Histogram;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.model.testing.HistogramText;
import io.engram.model.testing.RandomHistograms;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HistogramChunkTest {
    private record Chunk(byte encoding, byte[] bytes) {}

    private record Sample(long timeMs, Histogram value) {}

    @Test
    void encodesAsPrometheusDoes() throws IOException {
        ChunkWriter writer = new ChunkWriter();
        List<Chunk> made = List.of();
        int chunk = 0;
        int series = 0;
        for (String line : golden()) {
            String[] word = line.split(" ", 3);
            switch (word[0]) {
                case "series" -> {
                    assertEquals(made.size(), chunk, "chunks of series " + series);
                    series++;
                    writer = new ChunkWriter();
                    made = List.of();
                    chunk = 0;
                }
                case "cut" -> writer.cut = true;
                case "add" -> writer.add(Long.parseLong(word[1]), HistogramText.parse(word[2]));
                case "chunk" -> {
                    made = made.isEmpty() ? writer.finish() : made;
                    String where = "chunk " + chunk + " of series " + series;
                    assertEquals(Byte.parseByte(word[1]), made.get(chunk).encoding, where);
                    assertEquals(word[2], HexFormat.of().formatHex(made.get(chunk).bytes), where);
                    chunk++;
                }
                default -> assertEquals("has", word[0]);
            }
        }
        assertTrue(series > 50);
    }

    @Test
    void decodesWhatPrometheusWrote() throws IOException {
        List<Sample> has = List.of();
        int read = 0;
        for (String line : golden()) {
            String[] word = line.split(" ", 3);
            if (word[0].equals("chunk")) {
                assertEquals(has.size(), read);
                has = decode(new Chunk(Byte.parseByte(word[1]), HexFormat.of().parseHex(word[2])));
                read = 0;
            } else if (word[0].equals("has")) {
                assertEquals(word[1], "" + has.get(read).timeMs);
                assertEquals(word[2], HistogramText.of(has.get(read).value));
                read++;
            }
        }
    }

    @Test
    void bringsBackWhateverWentIn() {
        Seeds.check(300, random -> {
            List<Sample> samples = samples(random, 1 + random.nextInt(60));
            ChunkWriter writer = new ChunkWriter();
            samples.forEach(s -> writer.add(s.timeMs, s.value));
            List<Sample> decoded = new ArrayList<>();
            writer.finish().forEach(chunk -> decoded.addAll(decode(chunk)));
            assertEquals(samples.size(), decoded.size());
            for (int i = 0; i < samples.size(); i++) {
                assertEquals(samples.get(i).timeMs, decoded.get(i).timeMs);
                assertTrue(samples.get(i).value.sameAs(decoded.get(i).value), HistogramText.of(samples.get(i).value));
            }
        });
    }

    @Test
    void resumedChunkGoesOnAsIfNothingHadHappened() {
        Seeds.check(200, random -> {
            List<Sample> samples = samples(random, 2 + random.nextInt(40));
            ChunkWriter whole = new ChunkWriter();
            ChunkWriter interrupted = new ChunkWriter();
            for (Sample sample : samples) {
                whole.add(sample.timeMs, sample.value);
                interrupted.add(sample.timeMs, sample.value);
                if (random.nextInt(5) == 0) {
                    interrupted.resume();
                }
            }
            List<Chunk> expected = whole.finish();
            List<Chunk> actual = interrupted.finish();
            assertEquals(expected.size(), actual.size());
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i).bytes, actual.get(i).bytes);
            }
        });
    }

    @Test
    void refusedSampleLeavesTheChunkAsItWas() {
        Seeds.check(300, random -> {
            HistogramAppender appender = new HistogramAppender();
            HistogramChunk chunk = new HistogramChunk();
            appender.begin(chunk, 1, RandomHistograms.next(random));
            for (int t = 2; t < 10; t++) {
                byte[] before = bytes(chunk);
                if (!appender.append(chunk, t, RandomHistograms.next(random))) {
                    assertArrayEquals(before, bytes(chunk));
                    assertEquals(t - 1, chunk.lastMs());
                    return;
                }
            }
        });
    }

    @Test
    void truncatedChunkIsRefusedWhereverItEnds() {
        for (Chunk chunk : chunks(Seeds.random())) {
            for (int length = 0; length < chunk.bytes.length; length++) {
                Chunk cut = new Chunk(chunk.encoding, Arrays.copyOf(chunk.bytes, length));
                assertThrows(CorruptChunk.class, () -> decode(cut), "length " + length);
            }
        }
    }

    @Test
    void damagedChunkNeverReadsBeyondItsSlack() {
        Seeds.check(1500, random -> {
            for (Chunk chunk : chunks(random)) {
                for (int flips = 1 + random.nextInt(6); flips > 0; flips--) {
                    chunk.bytes[random.nextInt(chunk.bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
                byte encoding = random.nextInt(8) == 0 ? (byte) (5 - chunk.encoding) : chunk.encoding;
                try {
                    decode(new Chunk(encoding, chunk.bytes));
                } catch (CorruptChunk expected) {
                    assertTrue(expected.getMessage().contains("histogram chunk"), expected.getMessage());
                }
            }
        });
    }

    @Test
    void claimsOfManyBucketsCostNoMemory() {
        BitWriter out = new BitWriter();
        out.reset(HistogramState.HEADER_BYTES);
        out.bytes[1] = 1;
        out.putZeroThreshold(0);
        out.putVarbit(3);
        out.putUnsignedVarbit(1);
        out.putUnsignedVarbit(0xFFFFFFFFL);
        out.putVarbit(0);
        out.putUnsignedVarbit(0);
        for (int i = 0; i < 100; i++) {
            out.put(0, 64);
        }
        byte[] bytes = Arrays.copyOf(out.bytes, out.byteLength());
        CorruptChunk e = assertThrows(CorruptChunk.class, () -> decode(new Chunk(ChunkEncoding.HISTOGRAM, bytes)));
        assertEquals("histogram chunk claims 4294967295 buckets", e.getMessage());
    }

    @Test
    void counterThatBeginsAnewEndsTheChunk() {
        HistogramAppender appender = new HistogramAppender();
        HistogramChunk chunk = new HistogramChunk();
        appender.begin(chunk, 1, HistogramText.parse("i 0 0 0 0 6 0 0:2 4,2 - - -"));
        assertTrue(appender.append(chunk, 2, HistogramText.parse("i 0 0 0 0 7 0 0:2 5,2 - - -")));
        Histogram reset = HistogramText.parse("i 0 0 0 0 7 0 0:2 4,3 - - -");
        assertFalse(appender.append(chunk, 3, reset));
        appender.follow(chunk, 3, reset);
        assertEquals(ResetHeader.RESET, bytes(chunk)[2] & 0xFF);
    }

    @Test
    void timesThatDoNotRiseAreRefused() {
        HistogramAppender appender = new HistogramAppender();
        HistogramChunk chunk = new HistogramChunk();
        Histogram h = HistogramText.parse("i 0 0 0 0 6 0 0:2 4,2 - - -");
        appender.begin(chunk, 5, h);
        assertThrows(IllegalArgumentException.class, () -> appender.append(chunk, 5, h));
    }

    private static List<Chunk> chunks(SplittableRandom random) {
        ChunkWriter writer = new ChunkWriter();
        samples(random, 1 + random.nextInt(20)).forEach(s -> writer.add(s.timeMs, s.value));
        return writer.finish();
    }

    private static List<Sample> samples(SplittableRandom random, int count) {
        List<Sample> samples = new ArrayList<>();
        long timeMs = random.nextInt(3) * 600_000_000_000L;
        Histogram h = RandomHistograms.next(random);
        for (int i = 0; i < count; i++) {
            samples.add(new Sample(timeMs, h));
            timeMs += random.nextInt(4) == 0 ? 1 + random.nextLong(1L << 30) : 15_000;
            h = switch (random.nextInt(12)) {
                case 0 -> RandomHistograms.next(random);
                case 1 -> RandomHistograms.stale(random.nextBoolean());
                default -> RandomHistograms.after(h, random);
            };
        }
        return samples;
    }

    /** As the head does it: begins a chunk where the last one refuses, or the encoding changes. */
    private static final class ChunkWriter {
        private final HistogramAppender appender = new HistogramAppender();
        private final List<Chunk> finished = new ArrayList<>();
        private HistogramChunk open;
        boolean cut;

        void add(long timeMs, Histogram h) {
            if (open == null) {
                open = new HistogramChunk();
                appender.begin(open, timeMs, h);
            } else if (cut || !appender.append(open, timeMs, h)) {
                finished.add(new Chunk(open.encoding(), bytes(open)));
                appender.follow(open, timeMs, h);
            }
            cut = false;
        }

        void resume() {
            byte[] bytes = new byte[7 + open.byteLength() + ChunkBatch.SLACK];
            int length = open.copy(bytes, 7);
            open = HistogramChunk.resume(open.encoding(), bytes, 7, length);
        }

        List<Chunk> finish() {
            finished.add(new Chunk(open.encoding(), bytes(open)));
            return finished;
        }
    }

    private static byte[] bytes(HistogramChunk chunk) {
        byte[] bytes = new byte[chunk.byteLength()];
        assertEquals(bytes.length, chunk.copy(bytes, 0));
        return bytes;
    }

    /** Somewhere inside a larger array, ones all around, with no byte behind the slack. */
    private static List<Sample> decode(Chunk chunk) {
        byte[] data = new byte[5 + chunk.bytes.length + ChunkBatch.SLACK];
        Arrays.fill(data, (byte) 0xFF);
        System.arraycopy(chunk.bytes, 0, data, 5, chunk.bytes.length);
        HistogramDecoder decoder = new HistogramDecoder();
        decoder.reset(chunk.encoding, data, 5, chunk.bytes.length);
        List<Sample> samples = new ArrayList<>();
        while (decoder.next()) {
            samples.add(new Sample(decoder.timestampMs(), decoder.histogram()));
        }
        assertEquals(HistogramDecoder.sampleCount(data, 5, chunk.bytes.length), samples.size());
        return samples;
    }

    private static List<String> golden() throws IOException {
        try (InputStream in = HistogramChunkTest.class.getResourceAsStream("histograms.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
