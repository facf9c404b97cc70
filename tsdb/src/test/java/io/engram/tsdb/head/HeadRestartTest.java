package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.Seeds;
import io.engram.model.write.WriteBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadRestartTest {
    private static final TenantId A = new TenantId("a");
    private static final TenantId B = new TenantId("b");
    private static final Duration WINDOW = Duration.ofHours(24);

    @TempDir
    private Path dir;

    @Test
    void whatWasAcknowledgedIsThereOnceAfterAKillAtAnyMoment() {
        Seeds.check(5, this::killAndRestart);
    }

    /** Batches, checkpoints and maintenance at random; then the folder is copied as a kill would leave it, and reopened. */
    private void killAndRestart(SplittableRandom random) throws Exception {
        Path at = Files.createTempDirectory(dir, "head");
        HeadModel model = new HeadModel(0, WINDOW.toMillis());
        var batches = new HeadModelTest.RandomBatches(random, 1 + random.nextInt(40));
        for (int life = 0; life < 3; life++) {
            Path copy = dir.resolve(at.getFileName() + "-" + life);
            try (Heads heads = open(at)) {
                assertTrue(heads.stats().recovery().lossless());
                assertSame(model, heads, "life " + life);
                for (int round = random.nextInt(25); round > 0; round--) {
                    append(heads, model, batches.next(random.nextInt(4) == 0 ? B : A));
                    switch (random.nextInt(8)) {
                        case 0 -> assertTrue(heads.checkpoint());
                        case 1 -> heads.maintain();
                        default -> {}
                    }
                }
                assertSame(model, heads, "before the kill " + life);
                copyTree(at, copy);
            }
            at = copy;
        }
        try (Heads heads = open(at)) {
            assertSame(model, heads, "at the end");
        }
    }

    @Test
    void restartFromACheckpointAndFromTheLogGiveTheSame() throws Exception {
        SplittableRandom random = Seeds.random();
        var batches = new HeadModelTest.RandomBatches(random, 50);
        HeadModel model = new HeadModel(0, WINDOW.toMillis());
        Path killed = dir.resolve("killed");
        Path stopped = dir.resolve("stopped");
        try (Heads heads = open(stopped)) {
            for (int i = 0; i < 60; i++) {
                append(heads, model, batches.next(A));
            }
            copyTree(stopped, killed);
        }
        try (Heads fromLog = open(killed);
                Heads fromCheckpoint = open(stopped)) {
            assertTrue(fromLog.stats().recovery().samples() > 0);
            assertEquals(0, fromCheckpoint.stats().recovery().samples());
            assertEquals(HeadContents.all(fromLog, A), HeadContents.all(fromCheckpoint, A));
            assertSame(model, fromLog, "both");
        }
    }

    @Test
    void appendsDuringACheckpointAreReplayedOnceEach() throws Exception {
        Path at = dir.resolve("live");
        HeadModel model = new HeadModel(0, WINDOW.toMillis());
        var batches = new HeadModelTest.RandomBatches(Seeds.random(), 200);
        try (Heads heads = open(at)) {
            append(heads, model, batches.next(A));
            AtomicBoolean over = new AtomicBoolean();
            FutureTask<Integer> checkpoints = new FutureTask<>(() -> {
                int written = 0;
                while (!over.get()) {
                    assertTrue(heads.checkpoint());
                    written++;
                }
                return written;
            });
            Thread.ofPlatform().start(checkpoints);
            for (int i = 0; i < 80; i++) {
                append(heads, model, batches.next(A));
            }
            over.set(true);
            assertTrue(checkpoints.get() > 0);
            for (int i = 0; i < 5; i++) {
                append(heads, model, batches.next(A));
            }
            copyTree(at, dir.resolve("killed"));
        }
        try (Heads heads = open(dir.resolve("killed"))) {
            assertTrue(heads.stats().recovery().lossless());
            assertSame(model, heads, "after the kill");
        }
    }

    @Test
    void aLogCutAnywhereInItsLastRecordLosesNothingElse() throws Exception {
        Path at = dir.resolve("whole");
        Labels series = Labels.of("__name__", "up", "job", "x");
        long before;
        Path segment;
        TreeMap<Labels, NavigableMap<Long, Long>> expected;
        try (Heads heads = open(at)) {
            for (int i = 0; i < 10; i++) {
                heads.append(new TestBatch(A).series(series).sample(i * 1000, i).build())
                        .await();
            }
            expected = HeadContents.all(heads, A);
            segment = newestSegment(at);
            before = Files.size(segment);
            heads.append(new TestBatch(A).series(series).sample(100_000, 1).build())
                    .await();
            copyTree(at, dir.resolve("template"));
        }
        Path template = dir.resolve("template");
        long after = Files.size(newestSegment(template));
        assertTrue(after > before);
        for (long size = before; size < after; size++) {
            Path cut = dir.resolve("cut-" + size);
            copyTree(template, cut);
            try (FileChannel file = FileChannel.open(newestSegment(cut), StandardOpenOption.WRITE)) {
                file.truncate(size);
            }
            try (Heads heads = open(cut)) {
                assertEquals(expected, HeadContents.all(heads, A), "cut at " + size);
                assertTrue(heads.stats().recovery().lossless(), "a torn end is no damage");
            }
        }
    }

    @Test
    void damageInTheMiddleOfTheLogIsReportedAndCostsOnlyWhatItHit() {
        Seeds.check(4, random -> {
            Path at = Files.createTempDirectory(dir, "damage");
            Path copy = dir.resolve(at.getFileName() + "-flipped");
            TreeMap<Labels, NavigableMap<Long, Long>> whole;
            try (Heads heads = open(at)) {
                var batches = new HeadModelTest.RandomBatches(random, 20);
                for (int i = 0; i < 60; i++) {
                    heads.append(batches.next(A).batch()).await();
                }
                whole = HeadContents.all(heads, A);
                copyTree(at, copy);
            }
            Path segment = newestSegment(copy);
            byte[] bytes = Files.readAllBytes(segment);
            bytes[40 + random.nextInt(bytes.length * 3 / 4)] ^= (byte) (1 + random.nextInt(255));
            Files.write(segment, bytes);
            try (Heads heads = open(copy)) {
                assertFalse(heads.stats().recovery().lossless());
                HeadContents.all(heads, A).forEach((labels, samples) -> {
                    assertTrue(whole.containsKey(labels), "a series that never was: " + labels);
                    // What came in order before may now be judged otherwise by no one: it was logged, so it is a part.
                    samples.forEach(
                            (time, value) -> assertEquals(whole.get(labels).get(time), value, labels + " at " + time));
                });
                heads.append(new TestBatch(A)
                                .series(Labels.of("__name__", "goes_on"))
                                .sample(1, 1)
                                .build())
                        .await();
            }
        });
    }

    private static void append(Heads heads, HeadModel model, HeadModelTest.RandomBatches.Batch next)
            throws InterruptedException {
        WriteBatch batch = next.batch();
        model.append(batch, next.labels());
        heads.append(batch).await();
    }

    private static void assertSame(HeadModel model, Heads heads, String when) {
        for (TenantId tenant : List.of(A, B)) {
            assertEquals(model.read(tenant, Long.MIN_VALUE, Long.MAX_VALUE), HeadContents.all(heads, tenant), when);
            assertEquals(model.starts(tenant), HeadContents.starts(heads, tenant), "starts " + when);
        }
    }

    private static Heads open(Path at) throws IOException {
        return Heads.open(
                at,
                HeadConfig.DEFAULTS.withWalSync(HeadConfig.WalSync.INTERVAL),
                TestLimits.window(WINDOW),
                new ManualClock(0),
                RecoveryProgress.NONE);
    }

    static Path newestSegment(Path at) throws IOException {
        try (var files = Files.list(at.resolve("wal"))) {
            return files.filter(f -> f.toString().endsWith(".wal"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    static void copyTree(Path from, Path to) throws IOException {
        try (var paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    copySparse(path, target);
                }
            }
        }
    }

    /** Files of head chunks are 64 MiB long, and empty behind what was written. */
    private static void copySparse(Path from, Path to) throws IOException {
        boolean chunks = from.toString().endsWith(".chunks");
        try (FileChannel in = FileChannel.open(from);
                FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(1 << 14);
            ByteBuffer zeros = ByteBuffer.allocate(1 << 14);
            for (long at = 0; in.read(block.clear(), at) > 0; at += block.limit()) {
                block.flip();
                if (chunks && block.equals(zeros.clear().limit(block.limit()))) {
                    return;
                }
                out.write(block.duplicate(), at);
            }
        }
    }
}
