package io.engram.tsdb.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WriteAheadLogFailureTest {
    private final FaultyFolder folder = new FaultyFolder();

    /** What each sync takes a permit of. */
    private Semaphore syncsAreHeldUp() {
        Semaphore allowedSyncs = new Semaphore(0);
        folder.faults = new FaultyFolder.Faults() {
            @Override
            public void sync(String name) {
                allowedSyncs.acquireUninterruptibly();
            }
        };
        return allowedSyncs;
    }

    @Test
    void acknowledgesAGroupOnlyAfterTheSyncThatCoversIt() throws Exception {
        Semaphore allowedSyncs = new Semaphore(0);
        Semaphore askedSyncs = new Semaphore(0);
        folder.faults = new FaultyFolder.Faults() {
            @Override
            public void sync(String name) {
                askedSyncs.release();
                allowedSyncs.acquireUninterruptibly();
            }
        };
        WriteAheadLog log = WriteAheadLog.open(folder, LogScene.SMALL, SegmentPrologue.NONE, 0);
        List<Thread> first = waiters(log, 1);
        askedSyncs.acquire(); // the first record is on its way to the disk
        List<Thread> others = waiters(log, 63); // appended too late for that sync
        assertTrue(first.getFirst().isAlive());
        assertEquals(0, log.acknowledgedPosition());

        allowedSyncs.release();
        first.getFirst().join();
        assertEquals(1, log.acknowledgedPosition());
        assertEquals(List.of(1L), LogScene.read(folder.afterPowerCut(), 0).positions());
        askedSyncs.acquire();
        assertTrue(others.stream().allMatch(Thread::isAlive));

        allowedSyncs.release();
        for (Thread other : others) {
            other.join();
        }
        assertEquals(2, folder.callCount("sync 00000001.wal"), "one sync for one, one for the other 63");
        assertEquals(64, LogScene.read(folder.afterPowerCut(), 0).records().size());
        allowedSyncs.release(100);
        log.close();
    }

    /** Starts threads that append and wait; returns when all have appended. */
    private static List<Thread> waiters(WriteAheadLog log, int count) throws InterruptedException {
        CountDownLatch appended = new CountDownLatch(count);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                long position = LogScene.append(log, new byte[50]);
                appended.countDown();
                try {
                    log.awaitDurable(position);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        appended.await();
        return threads;
    }

    @Test
    void listenersAreToldOnceWhenTheirRecordIsSafeAndCannotStopTheLog() throws Exception {
        Semaphore allowedSyncs = syncsAreHeldUp();
        WriteAheadLog log = WriteAheadLog.open(folder, LogScene.SMALL, SegmentPrologue.NONE, 0);
        List<Long> told = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(20);
        for (int i = 0; i < 20; i++) {
            long position = LogScene.append(log, new byte[50]);
            log.whenDurable(position, failure -> {
                if (failure == null && log.acknowledgedPosition() >= position) {
                    told.add(position);
                }
                all.countDown();
                throw new IllegalStateException("a broken listener");
            });
        }
        assertEquals(List.of(), told, "no record is safe before a sync");
        allowedSyncs.release(100);
        all.await();
        log.awaitDurable(LogScene.append(log, new byte[50]));
        assertEquals(
                LongStream.rangeClosed(1, 20).boxed().toList(),
                told.stream().sorted().toList());
        AtomicReference<Thread> teller = new AtomicReference<>();
        log.whenDurable(20, _ -> teller.set(Thread.currentThread()));
        assertSame(Thread.currentThread(), teller.get(), "what is safe is said at once");
        log.close();
    }

    @Test
    void intervalModeAnswersAfterTheWriteAndSyncsLater() throws Exception {
        Semaphore allowedSyncs = syncsAreHeldUp();
        WalOptions options = LogScene.SMALL.withSync(SyncMode.INTERVAL);
        WriteAheadLog log = WriteAheadLog.open(folder, options, SegmentPrologue.NONE, 0);
        log.awaitDurable(LogScene.append(log, new byte[50]));
        assertEquals(0, folder.callCount("sync 00000001.wal"));
        assertEquals(List.of(1L), LogScene.read(folder.afterKill(), 0).positions());
        allowedSyncs.release(100);
        log.close();
        assertEquals(List.of(1L), LogScene.read(folder.afterPowerCut(), 0).positions());
    }

    @Test
    void aFailedSyncIsNotTriedAgainButTheRecordsGoToANewSegment() throws Exception {
        AtomicInteger syncs = new AtomicInteger();
        folder.faults = new FaultyFolder.Faults() {
            @Override
            public void sync(String name) throws IOException {
                if (syncs.incrementAndGet() == 2) {
                    throw new IOException("Input/output error");
                }
            }
        };
        try (WriteAheadLog log = WriteAheadLog.open(folder, LogScene.SMALL, SegmentPrologue.NONE, 0)) {
            log.awaitDurable(LogScene.append(log, LogScene.record(1, 100)));
            log.awaitDurable(LogScene.append(log, LogScene.record(2, 100)));
            assertEquals(1, folder.callCount("sync 00000001.wal"), "the failed one is not counted, and the last");
            assertEquals(1, folder.callCount("sync 00000002.wal"));
            assertEquals(1, log.stats().failures());
            assertTrue(log.stats().available());
            // Both after a power cut and after the end of the process, where segment 1 shows record 2 as well.
            assertEquals(
                    List.of(1L, 2L), LogScene.read(folder.afterPowerCut(), 0).positions());
            assertEquals(List.of(1L, 2L), LogScene.read(folder.afterKill(), 0).positions());
        }
    }

    @Test
    void survivesFailuresAnywhere() {
        Seeds.check(60, random -> {
            FaultyFolder place = new FaultyFolder();
            SyncMode mode = random.nextBoolean() ? SyncMode.COMMIT : SyncMode.INTERVAL;
            long seed = random.nextLong();
            place.faults = new FaultyFolder.Faults() {
                private final java.util.SplittableRandom dice = new java.util.SplittableRandom(seed);

                @Override
                public int write(String name, int remaining) throws IOException {
                    if (dice.nextInt(12) == 0) {
                        throw new IOException("write fails");
                    }
                    return dice.nextInt(1, remaining + 1);
                }

                @Override
                public void sync(String name) throws IOException {
                    if (dice.nextInt(5) == 0) {
                        throw new IOException("sync fails");
                    }
                }

                @Override
                public void create(String name) throws IOException {
                    if (dice.nextInt(8) == 0) {
                        throw new IOException("create fails");
                    }
                }
            };
            WalOptions options = LogScene.SMALL.withSync(mode).withSegmentBytes(32 << 10);
            List<Long> acknowledged = new ArrayList<>();
            long taken = 0;
            WriteAheadLog log = WriteAheadLog.open(place, options, SegmentPrologue.NONE, 0);
            for (int i = 0; i < 150; i++) {
                try {
                    long position = LogScene.append(log, LogScene.record(taken + 1, 1000));
                    taken++;
                    assertEquals(taken, position);
                    if (random.nextInt(3) == 0) {
                        LogScene.await(log, position, random.nextBoolean());
                        acknowledged.add(position);
                    }
                } catch (Failure refused) {
                    assertEquals(ErrorId.WAL_UNAVAILABLE, refused.id());
                }
                if (!acknowledged.isEmpty() && random.nextInt(10) == 0) {
                    FaultyFolder left = mode == SyncMode.COMMIT ? place.afterPowerCut() : place.afterKill();
                    List<Long> found = LogScene.read(left, 0).positions();
                    assertTrue(found.containsAll(LongStream.rangeClosed(1, acknowledged.getLast())
                            .boxed()
                            .toList()));
                    assertEquals(found.size(), found.stream().distinct().count());
                }
            }
            place.faults = new FaultyFolder.Faults() {};
            log.close();
            LogScene.Reading reading = LogScene.read(place.afterPowerCut(), 0);
            assertEquals(0, reading.lost());
            assertEquals(
                    LongStream.rangeClosed(1, taken).boxed().toList(),
                    reading.positions().stream().sorted().toList());
            WriteAheadLog again = WriteAheadLog.open(place, options, SegmentPrologue.NONE, 0);
            assertEquals(taken, again.position());
            again.close();
        });
    }

    @Test
    void aFullDiskRefusesUntilThereIsSpaceAndLosesNothing() throws Exception {
        folder.capacity(3000);
        WriteAheadLog log = WriteAheadLog.open(folder, LogScene.SMALL, SegmentPrologue.NONE, 0);
        long acknowledged = 0;
        Failure refusal = null;
        while (refusal == null) {
            try {
                long position = LogScene.append(log, LogScene.record(acknowledged + 1, 200));
                log.awaitDurable(position);
                acknowledged = position;
            } catch (Failure failure) {
                refusal = failure;
            }
        }
        assertEquals(ErrorId.WAL_UNAVAILABLE, refusal.id());
        assertTrue(refusal.getMessage().contains("No space left"), refusal.getMessage());
        assertTrue(acknowledged >= 10, "took " + acknowledged);
        assertThrows(Failure.class, log::checkAvailable);
        assertThrows(Failure.class, () -> LogScene.append(log, new byte[10]));
        assertThrows(Failure.class, log::roll);
        long appended = log.position();
        assertThrows(Failure.class, () -> LogScene.await(log, appended, true));
        assertEquals(
                LongStream.rangeClosed(1, acknowledged).boxed().toList(),
                LogScene.read(folder.afterPowerCut(), 0).positions().subList(0, (int) acknowledged));

        folder.capacity(100_000);
        while (!log.stats().available()) {
            Thread.onSpinWait();
        }
        log.awaitDurable(appended); // the refused sender's record was kept, and is safe before it comes again
        log.awaitDurable(LogScene.append(log, LogScene.record(appended + 1, 200)));
        assertEquals(
                LongStream.rangeClosed(1, appended + 1).boxed().toList(),
                LogScene.read(folder.afterPowerCut(), 0).positions());
        log.close();
    }

    @Test
    void opensOnAFullDiskAndBeginsWhenThereIsSpace() throws Exception {
        folder.capacity(10);
        WriteAheadLog log = WriteAheadLog.open(folder, LogScene.SMALL, SegmentPrologue.NONE, 0);
        while (log.stats().available()) {
            Thread.onSpinWait();
        }
        assertThrows(Failure.class, log::checkAvailable);
        folder.capacity(100_000);
        while (!log.stats().available()) {
            Thread.onSpinWait();
        }
        log.awaitDurable(LogScene.append(log, LogScene.record(1, 200)));
        log.close();
        assertEquals(List.of(1L), LogScene.read(folder.afterPowerCut(), 0).positions());
    }

    @Test
    void closingALogThatCannotBeWrittenSaysSo() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        folder.faults = new FaultyFolder.Faults() {
            @Override
            public void sync(String name) throws IOException {
                if (broken.get()) {
                    throw new IOException("Input/output error");
                }
            }
        };
        WriteAheadLog log = WriteAheadLog.open(folder, LogScene.SMALL, SegmentPrologue.NONE, 0);
        log.awaitDurable(LogScene.append(log, LogScene.record(1, 100)));
        broken.set(true);
        LogScene.append(log, LogScene.record(2, 100));
        assertThrows(Failure.class, () -> log.awaitDurable(2));
        IOException problem = assertThrows(IOException.class, log::close);
        assertTrue(problem.getMessage().contains("position 1, records up to 2"), problem.getMessage());
        assertThrows(Failure.class, () -> LogScene.append(log, new byte[1]));
    }

    @Test
    void anAppendThatFindsNoRoomInTimeIsRefusedAndLeavesNoTrace() throws Exception {
        Semaphore allowedSyncs = syncsAreHeldUp();
        WalOptions options = LogScene.SMALL.withBufferBytes(4096).withAppendTimeout(Duration.ofMillis(20));
        WriteAheadLog log = WriteAheadLog.open(folder, options, SegmentPrologue.NONE, 0);
        Failure refusal = assertThrows(Failure.class, () -> {
            while (true) {
                LogScene.append(log, new byte[500]);
            }
        });
        assertTrue(refusal.getMessage().contains("in time"), refusal.getMessage());
        long taken = log.position();
        assertTrue(taken >= 7 && taken <= 8, "took " + taken);
        allowedSyncs.release(100);
        log.close();
        assertEquals(taken, LogScene.read(folder, 0).records().size());
    }

    @Test
    void anInterruptedWaiterLeavesAndTheLogGoesOn() throws Exception {
        Semaphore allowedSyncs = syncsAreHeldUp();
        WriteAheadLog log = WriteAheadLog.open(folder, LogScene.SMALL, SegmentPrologue.NONE, 0);
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread waiter = Thread.ofVirtual().start(() -> {
            try {
                log.awaitDurable(LogScene.append(log, new byte[10]));
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        waiter.interrupt();
        waiter.join();
        assertTrue(interrupted.get());
        allowedSyncs.release(100);
        log.awaitDurable(LogScene.append(log, new byte[10]));
        assertFalse(log.stats().failures() > 0);
        log.close();
    }

    @Test
    void aPrologueThatThrowsKeepsTheLogFromPretending() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        SegmentPrologue prologue = (start, sink) -> {
            if (broken.get()) {
                throw new IllegalStateException("no series to be had");
            }
        };
        WriteAheadLog log = WriteAheadLog.open(folder, LogScene.SMALL, prologue, 0);
        while (log.stats().available()) {
            Thread.onSpinWait();
        }
        assertThrows(Failure.class, () -> LogScene.append(log, new byte[10]));
        broken.set(false);
        while (!log.stats().available()) {
            Thread.onSpinWait();
        }
        log.awaitDurable(LogScene.append(log, new byte[10]));
        log.close();
    }
}
