package io.engram.tsdb.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LogReaderTest {
    private static final String FIRST = "00000001.wal";

    /** A log in one segment; {@code lengths[i]} is the length of record {@code i + 1}. */
    private static FaultyFolder log(int... lengths) throws IOException {
        FaultyFolder folder = new FaultyFolder();
        WalOptions options = LogScene.SMALL.withSegmentBytes(1 << 30);
        try (WriteAheadLog log = WriteAheadLog.open(folder, options, SegmentPrologue.NONE, 0)) {
            for (int i = 0; i < lengths.length; i++) {
                LogScene.append(log, LogScene.record(i + 1, lengths[i]));
            }
        }
        return folder;
    }

    private static int[] lengths(SplittableRandom random, int count) {
        return random.ints(count, 0, 6)
                .map(kind -> random.nextInt(kind == 0 ? 90_000 : 800))
                .toArray();
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void anEmptyFolderHasNoRecords() throws IOException {
        LogScene.Reading reading = LogScene.read(new FaultyFolder(), 5);
        assertEquals(List.of(), reading.records());
        assertEquals(0, reading.lost());
    }

    @Test
    void aTornEndCostsTheLastRecordAloneWhereverItIsTorn() throws IOException {
        int[] lengths = {100, 40_000, 300, 35_000};
        byte[] whole = log(lengths).content(FIRST);
        byte[] withoutLast = log(Arrays.copyOf(lengths, 3)).content(FIRST);
        for (int cut = withoutLast.length; cut < whole.length; cut += cut < withoutLast.length + 50 ? 1 : 97) {
            FaultyFolder torn = new FaultyFolder();
            torn.put(FIRST, Arrays.copyOf(whole, cut));
            LogScene.Reading reading = LogScene.read(torn, 0);
            assertEquals(upTo(3), reading.positions(), "cut at " + cut);
            assertEquals(0, reading.lost());
            assertEquals(cut == withoutLast.length ? 0 : 1, reading.damages().size(), "cut at " + cut);
            assertTrue(reading.damages().stream().allMatch(LogDamage::atEnd));
            // The log goes on behind the last whole record, in a segment of its own.
            try (WriteAheadLog log = WriteAheadLog.open(torn, LogScene.SMALL, SegmentPrologue.NONE, 0)) {
                assertEquals(4, LogScene.append(log, LogScene.record(4, 77)));
            }
            LogScene.Reading after = LogScene.read(torn, 0);
            assertEquals(upTo(4), after.positions());
            assertArrayEquals(LogScene.record(4, 77), after.records().getLast().bytes());
            assertEquals(0, after.lost());
        }
    }

    @Test
    void zerosBehindAWholeRecordAreRoom() throws IOException {
        byte[] whole = log(100, 200).content(FIRST);
        FaultyFolder folder = new FaultyFolder();
        folder.put(FIRST, Arrays.copyOf(whole, whole.length + 100_000));
        LogScene.Reading reading = LogScene.read(folder, 0);
        assertEquals(upTo(2), reading.positions());
        assertEquals(List.of(), reading.damages());
    }

    @Test
    void zerosInPlaceOfTheRestOfARecordAreATornEnd() throws IOException {
        for (int length : new int[] {200, 40_000}) {
            byte[] whole = log(100, length).content(FIRST);
            byte[] first = log(100).content(FIRST);
            for (int cut = first.length + 1; cut < whole.length; cut += 97) {
                byte[] torn = Arrays.copyOf(Arrays.copyOf(whole, cut), whole.length + 100_000);
                if (Arrays.equals(torn, 0, whole.length, whole, 0, whole.length)) {
                    continue; // the record ends with zeros
                }
                FaultyFolder folder = new FaultyFolder();
                folder.put(FIRST, torn);
                LogScene.Reading reading = LogScene.read(folder, 0);
                assertEquals(upTo(1), reading.positions(), "cut at " + cut);
                assertEquals(1, reading.damages().size(), "cut at " + cut);
                assertTrue(reading.damages().getFirst().atEnd());
                assertEquals(first.length, reading.damages().getFirst().offset());
            }
        }
    }

    @Test
    void zerosBetweenRecordsAreDamage() throws IOException {
        FaultyFolder folder = log(100, 40_000, 200);
        byte[] bytes = folder.content(FIRST);
        byte[] first = log(100).content(FIRST);
        byte[] two = log(100, 40_000).content(FIRST);
        Arrays.fill(bytes, first.length, two.length, (byte) 0);
        folder.put(FIRST, bytes);
        LogScene.Reading reading = LogScene.read(folder, 0);
        assertEquals(List.of(1L, 3L), reading.positions());
        assertEquals(1, reading.damages().size());
        assertFalse(reading.damages().getFirst().atEnd());
    }

    @Test
    void damageCostsTheRecordsItTouchesAndIsReported() {
        Seeds.check(300, random -> {
            int[] lengths = lengths(random, 60);
            byte[] bytes = log(lengths).content(FIRST);
            int from = random.nextInt(SegmentFormat.HEADER_BYTES, bytes.length);
            int count = random.nextInt(3) == 0 ? random.nextInt(1, 70_000) : 1;
            int to = Math.min(bytes.length, from + count);
            Set<Long> touched = touched(lengths, from, to);
            byte[] original = bytes.clone();
            boolean zeros = random.nextBoolean();
            for (int i = from; i < to; i++) {
                bytes[i] = zeros ? 0 : (byte) (bytes[i] ^ random.nextInt(1, 256));
            }
            FaultyFolder folder = new FaultyFolder();
            folder.put(FIRST, bytes);
            LogScene.Reading reading = LogScene.read(folder, 0);
            List<Long> expected = new ArrayList<>(upTo(60));
            if (!Arrays.equals(original, bytes)) {
                expected.removeAll(touched);
            }
            if (zeros) {
                // Zeros may have stood there before: what was hit but not changed must come back, the rest may not.
                assertTrue(reading.positions().containsAll(expected));
            } else {
                assertEquals(expected, reading.positions(), "damage from " + from + " to " + to);
            }
            for (LogScene.Seen seen : reading.records()) {
                assertArrayEquals(LogScene.record(seen.position(), lengths[(int) seen.position() - 1]), seen.bytes());
            }
            long last = reading.positions().isEmpty() ? 0 : reading.positions().getLast();
            assertEquals(last - reading.positions().size(), reading.lost());
            if (reading.positions().size() < 60) {
                assertEquals(
                        1, reading.damages().size(), () -> reading.damages().toString());
                LogDamage damage = reading.damages().getFirst();
                assertTrue(damage.offset() < to && damage.offset() + damage.bytes() > from, damage::toString);
                assertEquals(last < 60, damage.atEnd());
            }
        });
    }

    /** Which records have a byte in [from, to), by the rules of the format, worked out anew. */
    private static Set<Long> touched(int[] lengths, int from, int to) {
        Set<Long> result = new HashSet<>();
        long offset = SegmentFormat.HEADER_BYTES;
        for (int i = 0; i < lengths.length; i++) {
            long left = SegmentFormat.PAGE_BYTES - offset % SegmentFormat.PAGE_BYTES;
            if (left < 15) {
                offset += left;
                left = SegmentFormat.PAGE_BYTES;
            }
            long start = offset;
            long rest = lengths[i] + 8L;
            do {
                long part = Math.min(rest, left - 7);
                offset += 7 + part;
                rest -= part;
                left = SegmentFormat.PAGE_BYTES;
            } while (rest > 0);
            if (start < to && offset > from) {
                result.add(i + 1L);
            }
        }
        return result;
    }

    @Test
    void bytesThatMovedOrComeFromAnotherSegmentDoNotPass() throws IOException {
        byte[] bytes = log(new int[4000]).content(FIRST);
        int page = SegmentFormat.PAGE_BYTES;
        int records = LogScene.read(log(new int[4000]), 0).records().size();
        assertEquals(4000, records);
        FaultyFolder moved = new FaultyFolder();
        byte[] longer = Arrays.copyOf(bytes, 3 * page);
        System.arraycopy(bytes, 0, longer, 2 * page, page); // page 0 once more
        moved.put(FIRST, longer);
        assertEquals(upTo(4000), LogScene.read(moved, 0).positions());
        FaultyFolder renamed = new FaultyFolder();
        renamed.put("00000002.wal", bytes);
        assertEquals(List.of(), LogScene.read(renamed, 0).positions());
    }

    @Test
    void aDamagedHeaderCostsNoRecord() throws IOException {
        FaultyFolder folder = log(100, 200, 300);
        byte[] bytes = folder.content(FIRST);
        bytes[20] ^= 1;
        folder.put(FIRST, bytes);
        LogScene.Reading reading = LogScene.read(folder, 1);
        assertEquals(List.of(2L, 3L), reading.positions());
        assertEquals(1, reading.damages().size());
        try (WriteAheadLog log = WriteAheadLog.open(folder, LogScene.SMALL, SegmentPrologue.NONE, 0)) {
            assertEquals(3, log.position());
        }
    }

    @Test
    void filesThatAreNoSegmentsAreLeftAlone() throws IOException {
        FaultyFolder folder = log(100);
        folder.put("checkpoint-00000001", new byte[100]);
        folder.put("x.wal", new byte[100]);
        folder.put("lost+found", new byte[0]);
        assertEquals(upTo(1), LogScene.read(folder, 0).positions());
        assertEquals(List.of(), LogScene.read(folder, 0).damages());
    }

    @Test
    void aSegmentOfAnyBytesIsReadToItsEnd() {
        Seeds.check(50, random -> {
            byte[] bytes = new byte[random.nextInt(100_000)];
            random.nextBytes(bytes);
            FaultyFolder folder = new FaultyFolder();
            folder.put(FIRST, bytes);
            assertEquals(List.of(), LogScene.read(folder, 0).records());
        });
    }

    @Test
    void aRecordLostInOneSegmentIsFoundRepeatedInTheNext() throws IOException {
        // Segment 1 failed behind record 1: 2 never reached the disk, 3 did; segment 2 repeats from 2 on.
        FaultyFolder folder = new FaultyFolder();
        segment(folder, 1, 0, false, 1, 3);
        segment(folder, 2, 1, true, 2, 3, 4);
        LogScene.Reading reading = LogScene.read(folder, 0);
        assertEquals(List.of(1L, 3L, 2L, 4L), reading.positions());
        assertEquals(0, reading.lost());
    }

    @Test
    void aSegmentWhoseRepetitionWasCutShortDoesNotHideItsPredecessor() throws IOException {
        FaultyFolder folder = new FaultyFolder();
        segment(folder, 1, 0, false, 1, 2, 3);
        segment(folder, 2, 1, true, 2);
        assertEquals(List.of(3L), LogScene.read(folder, 2).positions());
        try (WriteAheadLog log = WriteAheadLog.open(folder, LogScene.SMALL, SegmentPrologue.NONE, 0)) {
            assertEquals(4, LogScene.append(log, LogScene.record(4, 10)));
            log.deleteBefore(2);
        }
        assertEquals(List.of(3L, 4L), LogScene.read(folder, 2).positions());
    }

    private static void segment(FaultyFolder folder, long ordinal, long start, boolean repeats, long... positions)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        SegmentWriter writer = new SegmentWriter(
                folder.create(SegmentFormat.name(ordinal), 0),
                new SegmentFormat.Header(ordinal, start, repeats),
                buffer);
        for (long position : positions) {
            byte[] record = LogScene.record(position, 10);
            writer.add(position, record, 0, record.length);
        }
        writer.flush();
        writer.close();
    }

    @Test
    void aDiskThatRefusesToReadCostsWhatItRefuses() throws IOException {
        int[] lengths = new int[40];
        Arrays.fill(lengths, 50_000);
        FaultyFolder folder = log(lengths);
        LogFolder refusing = new UnreadableFolder(folder, 600_000, 700_000);
        LogScene.Reading reading = LogScene.read(refusing, 0);
        assertTrue(reading.positions().size() > 20, "read " + reading.positions());
        assertTrue(reading.lost() > 0);
        assertEquals(1, reading.damages().size());
        assertFalse(reading.damages().getFirst().atEnd());
        assertTrue(reading.damages().getFirst().found().contains("Input/output error"));
    }

    /** Passes everything on but reads that touch a stretch of bytes. */
    private record UnreadableFolder(FaultyFolder folder, long from, long to) implements LogFolder {
        @Override
        public LogSource open(String name) throws IOException {
            LogSource inner = folder.open(name);
            return new LogSource() {
                @Override
                public int read(ByteBuffer target, long offset) throws IOException {
                    if (offset < to && offset + target.remaining() > from) {
                        throw new IOException("Input/output error");
                    }
                    return inner.read(target, offset);
                }

                @Override
                public long sizeBytes() throws IOException {
                    return inner.sizeBytes();
                }

                @Override
                public void close() throws IOException {
                    inner.close();
                }
            };
        }

        @Override
        public LogFile create(String name, int roomBytes) throws IOException {
            return folder.create(name, roomBytes);
        }

        @Override
        public List<String> names() {
            return folder.names();
        }

        @Override
        public long sizeBytes(String name) throws IOException {
            return folder.sizeBytes(name);
        }

        @Override
        public void rename(String source, String target) throws IOException {
            folder.rename(source, target);
        }

        @Override
        public void delete(String name) {
            folder.delete(name);
        }

        @Override
        public void sync() {
            folder.sync();
        }
    }
}
