package io.engram.tsdb.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WriteAheadLogTest {
    private final FaultyFolder folder = new FaultyFolder();

    @Test
    void givesBackWhatWasAppendedWhateverItsLength() {
        Seeds.check(30, random -> {
            FaultyFolder place = new FaultyFolder();
            List<byte[]> records = new ArrayList<>();
            WalOptions options = LogScene.SMALL.withSegmentBytes(random.nextInt(32 << 10, 200 << 10));
            try (WriteAheadLog log = WriteAheadLog.open(place, options, SegmentPrologue.NONE, 0)) {
                for (int i = 1; i <= 100; i++) {
                    int length = random.nextInt(4) == 0 ? random.nextInt(100_000) : random.nextInt(300);
                    byte[] record = LogScene.record(i, length);
                    records.add(record);
                    assertEquals(i, LogScene.append(log, record));
                }
            }
            LogScene.Reading reading = LogScene.read(place, 0);
            assertEquals(List.of(), reading.damages());
            assertEquals(0, reading.lost());
            assertEquals(LongStream.rangeClosed(1, 100).boxed().toList(), reading.positions());
            for (int i = 0; i < 100; i++) {
                assertArrayEquals(records.get(i), reading.records().get(i).bytes());
            }
        });
    }

    @Test
    void filesOfADirectoryHoldTheLog(@TempDir Path directory) throws Exception {
        Path inside = directory.resolve("a/wal");
        try (WriteAheadLog log = WriteAheadLog.open(inside, LogScene.SMALL, SegmentPrologue.NONE)) {
            for (int i = 1; i <= 500; i++) {
                LogScene.append(log, LogScene.record(i, 5000));
            }
            log.awaitDurable(log.position());
            assertEquals(3, log.stats().segments());
            log.deleteBefore(log.roll());
            assertEquals(1, log.stats().segments());
            LogScene.append(log, LogScene.record(501, 10));
        }
        assertEquals(
                List.of(501L), LogScene.read(new DirectoryFolder(inside), 500).positions());
        try (LogReader reader = LogReader.open(inside, 0)) {
            assertTrue(reader.next());
            assertEquals(501, reader.position());
            assertFalse(reader.next());
            assertEquals(500, reader.lostRecords());
            assertEquals(reader.totalBytes(), reader.bytesRead());
        }
    }

    @Test
    void continuesBehindTheLastRecordInANewSegment() throws Exception {
        for (int round = 0; round < 3; round++) {
            try (WriteAheadLog log = WriteAheadLog.open(folder, LogScene.SMALL, SegmentPrologue.NONE, 0)) {
                assertEquals(round * 2, log.position());
                LogScene.append(log, LogScene.record(round * 2 + 1, 100));
                LogScene.append(log, LogScene.record(round * 2 + 2, 100));
            }
        }
        assertEquals(List.of("00000001.wal", "00000002.wal", "00000003.wal"), folder.names());
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), LogScene.read(folder, 0).positions());
        assertEquals(List.of(4L, 5L, 6L), LogScene.read(folder, 3).positions());
    }

    @Test
    void positionsBeginBehindTheCheckpointWhenTheFolderIsEmpty() throws Exception {
        try (WriteAheadLog log = WriteAheadLog.open(folder, LogScene.SMALL, SegmentPrologue.NONE, 70)) {
            assertEquals(71, LogScene.append(log, LogScene.record(71, 100)));
        }
        assertEquals(List.of(71L), LogScene.read(folder, 70).positions());
        try (WriteAheadLog log = WriteAheadLog.open(folder, LogScene.SMALL, SegmentPrologue.NONE, 0)) {
            assertEquals(71, log.position());
        }
    }

    @Test
    void deletesOnlySegmentsWithoutALaterRecord() {
        Seeds.check(20, random -> {
            FaultyFolder place = new FaultyFolder();
            WalOptions options = LogScene.SMALL.withSegmentBytes(32 << 10);
            try (WriteAheadLog log = WriteAheadLog.open(place, options, SegmentPrologue.NONE, 0)) {
                for (int i = 1; i <= 200; i++) {
                    LogScene.append(log, LogScene.record(i, random.nextInt(2000)));
                    if (random.nextInt(40) == 0) {
                        log.roll();
                    }
                }
                log.awaitDurable(200);
                long keep = random.nextInt(201);
                long before = log.sizeBytes();
                log.deleteBefore(keep);
                assertEquals(
                        LongStream.rangeClosed(keep + 1, 200).boxed().toList(),
                        LogScene.read(place, keep).positions());
                assertTrue(log.sizeBytes() <= before);
                assertEquals(place.appendedBytes(), log.sizeBytes());
                log.deleteBefore(log.roll());
                assertEquals(1, log.stats().segments());
                assertEquals(List.of(), LogScene.read(place, 200).positions());
            }
        });
    }

    @Test
    void everySegmentBeginsWithThePrologueOfItsTime() throws Exception {
        List<Long> starts = new ArrayList<>();
        SegmentPrologue prologue = (start, sink) -> {
            starts.add(start);
            byte[] text = ("series before " + start).getBytes(StandardCharsets.UTF_8);
            sink.record(text, 0, text.length);
            byte[] large = new byte[70_000];
            sink.record(large, 0, large.length);
        };
        try (WriteAheadLog log = WriteAheadLog.open(folder, LogScene.SMALL, prologue, 0)) {
            for (int segment = 0; segment < 3; segment++) {
                LogScene.append(log, LogScene.record(log.position() + 1, 100));
                LogScene.append(log, LogScene.record(log.position() + 1, 100));
                assertEquals(log.position(), log.roll());
            }
        }
        assertEquals(List.of(0L, 2L, 4L, 6L), starts);
        // Nothing is lost: the repetitions are of no use, and not shown.
        assertEquals(List.of(), LogScene.read(folder, 0).prologue());
        // The first segment is lost, with what it said of series.
        folder.delete("00000001.wal");
        LogScene.Reading reading = LogScene.read(folder, 0);
        assertEquals("series before 2", reading.prologue().getFirst());
        assertEquals(List.of(3L, 4L, 5L, 6L), reading.positions());
        assertEquals(2, reading.lost());
        // A checkpoint at 2 has those series, under numbers of its own.
        assertEquals(List.of(), LogScene.read(folder, 2).prologue());
    }

    @Test
    void recordsOfOneCallerKeepTheirOrderAmongMany() throws Exception {
        int callers = 8;
        int each = 2000;
        WalOptions options = LogScene.SMALL.withBufferBytes(64 << 10).withSync(SyncMode.INTERVAL);
        List<Thread> threads = new ArrayList<>();
        List<Throwable> problems = java.util.Collections.synchronizedList(new ArrayList<>());
        try (WriteAheadLog log = WriteAheadLog.open(folder, options, SegmentPrologue.NONE, 0)) {
            for (int caller = 0; caller < callers; caller++) {
                int id = caller;
                threads.add(Thread.ofVirtual().unstarted(() -> {
                    long last = 0;
                    for (int i = 0; i < each; i++) {
                        byte[] record =
                                ByteBuffer.allocate(40).putInt(id).putInt(i).array();
                        long position = LogScene.append(log, record);
                        if (position <= last) {
                            problems.add(new AssertionError("position " + position + " after " + last));
                        }
                        last = position;
                        if (i % 100 == 0) {
                            try {
                                log.awaitDurable(position);
                            } catch (InterruptedException e) {
                                problems.add(e);
                            }
                        }
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertEquals(List.of(), problems);
        LogScene.Reading reading = LogScene.read(folder, 0);
        assertEquals(callers * each, reading.records().size());
        int[] next = new int[callers];
        for (LogScene.Seen seen : reading.records()) {
            ByteBuffer bytes = ByteBuffer.wrap(seen.bytes());
            assertEquals(next[bytes.getInt()]++, bytes.getInt());
        }
    }

    @Test
    void refusesRecordsTooLongAndPositionsThatDoNotExist() throws IOException {
        WalOptions options = LogScene.SMALL.withBufferBytes(4096);
        try (WriteAheadLog log = WriteAheadLog.open(folder, options, SegmentPrologue.NONE, 0)) {
            assertEquals(1, LogScene.append(log, new byte[1024]));
            assertThrows(IllegalArgumentException.class, () -> LogScene.append(log, new byte[1025]));
            assertThrows(IllegalArgumentException.class, () -> log.awaitDurable(2));
        }
        assertEquals(List.of(1L), LogScene.read(folder, 0).positions());
    }

    @Test
    void aRingSmallerThanTheTrafficLosesNothing() throws Exception {
        WalOptions options = LogScene.SMALL.withBufferBytes(4096);
        try (WriteAheadLog log = WriteAheadLog.open(folder, options, SegmentPrologue.NONE, 0)) {
            for (int i = 1; i <= 3000; i++) {
                LogScene.append(log, LogScene.record(i, i % 1025));
            }
        }
        LogScene.Reading reading = LogScene.read(folder, 0);
        assertEquals(3000, reading.records().size());
        for (LogScene.Seen seen : reading.records()) {
            assertArrayEquals(LogScene.record(seen.position(), (int) (seen.position() % 1025)), seen.bytes());
        }
    }
}
