package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.testing.ManualClock;
import io.engram.tsdb.wal.CheckpointReader;
import io.engram.tsdb.wal.CheckpointWriter;
import io.engram.tsdb.wal.Checkpoints;
import io.engram.tsdb.wal.DirectoryFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What side stores hold after a restart: from the log wherever it was cut, and from checkpoints of other releases. */
class SideRestartTest {
    private static final TenantId A = new TenantId("a");
    private static final Labels UP = Labels.of("__name__", "up");

    @TempDir
    private Path dir;

    private record State(
            TreeMap<Labels, NavigableMap<Long, Long>> samples, TreeMap<Labels, TreeMap<Long, Long>> starts) {
        static State of(Heads heads) {
            return new State(HeadContents.all(heads, A), HeadContents.starts(heads, A));
        }
    }

    @Test
    void aLogCutAnywhereHasWholeRecordsAndNothingElse() throws Exception {
        Path template = dir.resolve("template");
        State before;
        State after;
        long from;
        try (Heads heads = open(dir.resolve("whole"))) {
            TestBatch batch = new TestBatch(A).series(UP);
            for (int i = 0; i < 70; i++) { // the first in order, the others late: more than wait in memory
                batch.sample((100 - i) * 1000L, i).start(1);
            }
            heads.append(batch.build()).await();
            before = State.of(heads);
            from = Files.size(HeadRestartTest.newestSegment(dir.resolve("whole")));
            heads.append(new TestBatch(A)
                            .series(UP)
                            .sample(101_000, 1)
                            .start(100_500)
                            .sample(500, 2)
                            .start(2)
                            .build())
                    .await();
            after = State.of(heads);
            HeadRestartTest.copyTree(dir.resolve("whole"), template);
        }
        assertEquals(72, after.samples().get(UP).size());
        assertEquals(
                Map.of(500L, 2L, 31_000L, 1L, 101_000L, 100_500L),
                after.starts().get(UP));
        long to = Files.size(HeadRestartTest.newestSegment(template));
        int withoutStarts = 0;
        for (long size = from; size <= to; size++) {
            Path cut = dir.resolve("cut-" + size);
            HeadRestartTest.copyTree(template, cut);
            try (FileChannel file = FileChannel.open(HeadRestartTest.newestSegment(cut), StandardOpenOption.WRITE)) {
                file.truncate(size);
            }
            try (Heads heads = open(cut)) {
                State found = State.of(heads);
                assertTrue(heads.stats().recovery().lossless(), "a torn end is no damage");
                if (!found.equals(before)
                        && !found.equals(after)) { // the samples' record is whole, that of starts is not
                    assertEquals(new State(after.samples(), before.starts()), found, "cut at " + size);
                    withoutStarts++;
                }
                assertEquals(size == to, found.equals(after), "cut at " + size);
            }
        }
        assertTrue(withoutStarts > 0);
    }

    @Test
    void stateIsTheSameFromTheLogFromACheckpointAndFromBoth() throws Exception {
        Path at = dir.resolve("live");
        State expected;
        try (Heads heads = open(at)) {
            for (int round = 0; round < 40; round++) {
                TestBatch batch = new TestBatch(A);
                for (int s = 0; s < 30; s++) {
                    batch.series(Labels.of("__name__", "m", "s", "" + s));
                    for (int i = 0; i < 4; i++) {
                        batch.sample(1_000_000 + round * 4000L - i * 1000, round)
                                .start(1 + round / 7);
                    }
                }
                heads.append(batch.build()).await();
                if (round == 10) {
                    HeadRestartTest.copyTree(at, dir.resolve("log-alone-early"));
                }
                if (round == 25) {
                    assertTrue(heads.checkpoint());
                }
            }
            expected = State.of(heads);
            HeadRestartTest.copyTree(at, dir.resolve("both"));
        }
        assertEquals(
                30 * 160,
                expected.samples().values().stream().mapToInt(Map::size).sum());
        assertEquals(
                30 * 6, expected.starts().values().stream().mapToInt(Map::size).sum());
        try (Heads both = open(dir.resolve("both"));
                Heads checkpoint = open(at);
                Heads early = open(dir.resolve("log-alone-early"))) {
            assertEquals(expected, State.of(both));
            assertEquals(expected, State.of(checkpoint));
            assertEquals(0, checkpoint.stats().recovery().samples());
            assertEquals(30 * 44, early.stats().recovery().samples());
            assertEquals(checkpoint.stats(A).sideBytes(), both.stats(A).sideBytes());
        }
    }

    /** The files were written by the release before side stores. */
    @Test
    void checkpointOfTheReleaseBeforeSideStoresIsRead() throws Exception {
        Path at = dir.resolve("old");
        HeadRestartTest.copyTree(
                Path.of(getClass().getResource("before-side-stores").toURI()), at);
        for (int life = 0; life < 2; life++) {
            try (Heads heads = open(at)) {
                assertTrue(heads.stats().recovery().lossless());
                TreeMap<Labels, NavigableMap<Long, Long>> samples = HeadContents.all(heads, A);
                assertEquals(3, samples.size());
                for (int s = 0; s < 3; s++) {
                    NavigableMap<Long, Long> of = samples.get(Labels.of("__name__", "requests_total", "path", "/" + s));
                    assertEquals(life + (s == 0 ? 151 : 150), of.size());
                    assertEquals(Double.doubleToRawLongBits(149 * (s + 1)), of.get(149 * 60_000L));
                }
                TestBatch late = new TestBatch(A);
                for (int s = 0; s < 3; s++) {
                    late.series(Labels.of("__name__", "requests_total", "path", "/" + s))
                            .sample(140 * 60_000L + 1 + life, 7)
                            .start(5);
                }
                assertEquals(0, heads.append(late.build()).await().refused());
            }
        }
    }

    @Test
    void checkpointOfALaterReleaseStopsTheStartInsteadOfLosingWhatItHolds() throws Exception {
        Path at = dir.resolve("later");
        try (Heads heads = open(at)) {
            heads.append(new TestBatch(A).series(UP).sample(1, 1).build()).await();
        }
        addSection(at, 77, 1);
        IOException refused = assertThrows(IOException.class, () -> open(at));
        assertTrue(refused.getMessage().contains("kind 77"), refused.getMessage());
        addSection(at, SideKind.STARTS.id, SideKind.STARTS.version + 1);
        assertThrows(IOException.class, () -> open(at));
    }

    /** Another checkpoint: the newest one, and a section of side data that is empty. */
    private static void addSection(Path at, int kind, int version) throws IOException {
        DirectoryFolder folder = new DirectoryFolder(at.resolve("wal"));
        try (CheckpointReader newest = Checkpoints.openNewest(folder).orElseThrow();
                CheckpointWriter writer =
                        CheckpointWriter.begin(folder, Checkpoints.nextNumber(folder), newest.logPosition())) {
            for (CheckpointReader.Section section : newest.sections()) {
                byte[] bytes = new byte[section.length()];
                newest.read(section, bytes);
                if (section.type() != CheckpointFormat.SIDE) {
                    writer.section(section.type(), bytes, 0, bytes.length);
                }
            }
            ByteBuffer side = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
            side.putInt(0).putInt(0).putShort((short) kind).putShort((short) version);
            writer.section(CheckpointFormat.SIDE, side.array(), 0, side.capacity());
            writer.commit();
        }
    }

    private static Heads open(Path at) throws IOException {
        return Heads.open(
                at,
                HeadConfig.DEFAULTS.withWalSync(HeadConfig.WalSync.INTERVAL),
                TestLimits.window(Duration.ofHours(1)),
                new ManualClock(0),
                RecoveryProgress.NONE);
    }
}
