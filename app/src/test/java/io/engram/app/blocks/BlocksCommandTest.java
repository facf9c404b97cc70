package io.engram.app.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.BucketConfig;
import io.engram.bucket.FilesystemBucket;
import io.engram.bucket.layout.BlockUploader;
import io.engram.bucket.layout.DeletionMark;
import io.engram.bucket.layout.Marks;
import io.engram.bucket.layout.NoCompactMark;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.block.EngramSection;
import io.engram.model.block.Folded;
import io.engram.model.block.ThanosSection;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkEncoding;
import io.engram.model.replica.ActivityTable;
import io.engram.tsdb.block.BlockWriter;
import io.engram.tsdb.chunk.XorEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlocksCommandTest {
    private static final BlockId FIRST = BlockId.of(1_700_000_000_000L, 0, 1);
    private static final BlockId SECOND = BlockId.of(1_700_000_000_000L, 0, 2);

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void oneBlockEachForTwoTenants() throws IOException {
        try (FilesystemBucket bucket = FilesystemBucket.open(folder.resolve("bucket"))) {
            for (BlockId id : List.of(FIRST, SECOND)) {
                TenantBucket own = new TenantBucket(bucket, new TenantId(id.equals(FIRST) ? "team-a" : "team-b"));
                new BlockUploader(own).upload(write(id), ThanosSection.raw(Labels.EMPTY, "ingester"));
            }
        }
    }

    private Path write(BlockId id) throws IOException {
        return write(id, Compaction.ofHead(id, false), EngramSection.NONE);
    }

    private Path write(BlockId id, Compaction compaction, EngramSection engram) throws IOException {
        try (BlockWriter writer = BlockWriter.create(folder.resolve("local"), id)) {
            for (String symbol : List.of("__name__", "up")) {
                byte[] utf8 = symbol.getBytes(StandardCharsets.UTF_8);
                writer.addSymbol(utf8, 0, utf8.length);
            }
            XorEncoder encoder = new XorEncoder();
            encoder.reset();
            encoder.append(1_700_000_000_000L, 0);
            encoder.append(1_700_000_015_000L, 1);
            byte[] chunk = encoder.toByteArray();
            writer.beginSeries(new int[] {0, 1}, 2);
            writer.addChunk(1_700_000_000_000L, 1_700_000_015_000L, ChunkEncoding.XOR, chunk, 0, chunk.length);
            writer.endSeries();
            return writer.finish(contents -> new BlockMeta(
                    id,
                    contents.minTimeMs(),
                    contents.maxTimeMs() + 1,
                    contents.stats(),
                    compaction,
                    Optional.empty(),
                    engram));
        }
    }

    private int run(String... args) {
        out.reset();
        err.reset();
        return new BlocksCommand(
                        List.of(BucketConfig.class),
                        _ -> folder,
                        Map.of(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(List.of(args));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void listsTheBlocksOfAllTenantsInColumns() {
        assertEquals(BlocksCommand.GOOD, run("list"));
        List<String> lines = printed().lines().toList();
        assertEquals(3, lines.size());
        assertTrue(lines.get(0).startsWith("TENANT  BLOCK"), printed());
        assertTrue(lines.get(1).startsWith("team-a  " + FIRST + "  2023-11-14T22:13:20Z"), printed());
        assertTrue(lines.get(2).startsWith("team-b  " + SECOND), printed());
        assertEquals(lines.get(0).indexOf("STATE"), lines.get(1).lastIndexOf("ok"));
    }

    @Test
    void aTenantOrAFolderNarrowsIt() {
        assertEquals(BlocksCommand.GOOD, run("list", "--tenant", "team-b"));
        assertEquals(2, printed().lines().count());
        assertEquals(BlocksCommand.GOOD, run("list", "--folder=" + folder.resolve("local")));
        assertEquals(3, printed().lines().count());
        assertEquals(BlocksCommand.GOOD, run("list", "--bucket.filesystem.dir", folder.resolve("bucket") + ""));
        assertEquals(3, printed().lines().count());
    }

    @Test
    void showsMarksAndFiles() throws IOException {
        try (FilesystemBucket bucket = FilesystemBucket.open(folder.resolve("bucket"))) {
            Marks marks = new Marks(new TenantBucket(bucket, new TenantId("team-a")));
            marks.mark(new DeletionMark(FIRST, 1_700_000_000, "merged"));
            marks.mark(new NoCompactMark(FIRST, 1_700_000_000, NoCompactMark.CRITICAL, "a bad chunk"));
        }
        assertEquals(BlocksCommand.GOOD, run("show", FIRST.toString()));
        assertTrue(printed().contains("deletion-mark since 2023-11-14T22:13:20Z: merged"), printed());
        assertTrue(printed().contains("no-compact-mark since 2023-11-14T22:13:20Z: critical: a bad chunk"), printed());
        assertTrue(printed().contains("chunks/000001"), printed());
        assertTrue(printed().contains("samples:     2"), printed());
    }

    @Test
    void verifiesAndNamesWhatIsDamaged() throws IOException {
        assertEquals(BlocksCommand.GOOD, run("verify"));
        assertTrue(printed().contains("team-a/" + FIRST + ": ok, 1 series, 2 samples"), printed());
        Path index = folder.resolve("bucket").resolve("team-a").resolve(FIRST + "/index");
        byte[] bytes = Files.readAllBytes(index);
        bytes[bytes.length / 2] ^= 1;
        Files.write(index, bytes);
        assertEquals(BlocksCommand.BAD, run("verify"));
        assertTrue(printed().contains("team-a/" + FIRST + ": index at offset"), printed());
        assertTrue(printed().contains("team-b/" + SECOND + ": ok"), printed());
        assertEquals(BlocksCommand.GOOD, run("verify", SECOND.toString(), "--tenant=team-b"));
        assertEquals(
                BlocksCommand.GOOD,
                run("verify", "--folder=" + folder.resolve("bucket").resolve("team-b")));
    }

    @Test
    void saysWhatIsPartialOrNotThere() throws IOException {
        Files.delete(folder.resolve("bucket").resolve("team-a").resolve(FIRST + "/meta.json"));
        assertEquals(BlocksCommand.BAD, run("list"));
        assertTrue(printed().contains("partial: has no meta.json"), printed());
        assertEquals(BlocksCommand.BAD, run("show", FIRST.toString(), "--tenant=team-b"));
        assertTrue(complained().contains("there is no block " + FIRST), complained());
    }

    @Test
    void refusesCallsThatMeanNothing() {
        List<List<String>> calls = new ArrayList<>(List.of(
                List.of(),
                List.of("prune"),
                List.of("show"),
                List.of("unfold"),
                List.of("unfold", FIRST.toString(), "--folder=" + folder),
                List.of("unfold", FIRST.toString(), "--bucket.backend=tape"),
                List.of("list", FIRST.toString()),
                List.of("show", "not-an-id"),
                List.of("list", "--tenant=a/b"),
                List.of("list", "--tenant"),
                List.of("list", "--bucket.backend=tape"),
                List.of("list", "--bucket.filesystem.dir=" + folder.resolve("none")),
                List.of("list", "--folder=" + folder.resolve("none")),
                List.of("list", "--folder=" + folder, "--tenant=team-a")));
        for (List<String> call : calls) {
            assertEquals(BlocksCommand.NOT_DONE, run(call.toArray(String[]::new)), call.toString());
            assertFalse(complained().isBlank(), call.toString());
        }
        assertFalse(Files.exists(folder.resolve("none")), "nothing is made");
    }

    @Test
    void unfoldsWhatWasFolded() throws IOException {
        BlockId folded = BlockId.of(1_700_000_000_000L, 0, 3);
        try (FilesystemBucket bucket = FilesystemBucket.open(folder.resolve("bucket"))) {
            TenantBucket own = new TenantBucket(bucket, new TenantId("team-a"));
            Compaction compaction = new Compaction(
                    2, List.of(FIRST), false, List.of(new Compaction.Parent(FIRST, 0, 1)), false, List.of());
            EngramSection engram = new EngramSection(ActivityTable.EMPTY, Optional.of(new Folded(2, 1, 3, 4, 5)));
            new BlockUploader(own)
                    .upload(write(folded, compaction, engram), ThanosSection.raw(Labels.EMPTY, "compactor"));
            long nextYearS = System.currentTimeMillis() / 1000 + 365 * 24 * 3600;
            new Marks(own).mark(new DeletionMark(FIRST, nextYearS, "folded into " + folded));
        }
        assertEquals(BlocksCommand.GOOD, run("list", "--tenant=team-a"));
        assertTrue(printed().contains("ok; folded: 2 series merged, 1 single, 12 apart"), printed());
        assertTrue(printed().contains("deletion-mark from "), "a time to come: " + printed());
        assertEquals(BlocksCommand.GOOD, run("show", folded.toString()));
        assertTrue(printed().contains("apart:       3 unlike, 4 with counters that would drop, 5 that"), printed());

        assertEquals(BlocksCommand.BAD, run("unfold", FIRST.toString()));
        assertTrue(complained().contains("is not folded"), complained());
        assertEquals(BlocksCommand.BAD, run("unfold", BlockId.of(1, 0, 1).toString()));
        assertTrue(complained().contains("there is no block"), complained());
        assertEquals(BlocksCommand.GOOD, run("unfold", folded.toString()), complained());
        assertTrue(printed().contains("team-a/" + folded + ": unfolded; back after")
                && printed().contains(FIRST + ""));
        try (FilesystemBucket bucket = FilesystemBucket.open(folder.resolve("bucket"))) {
            Marks.Listed marks = new Marks(new TenantBucket(bucket, new TenantId("team-a"))).list();
            assertEquals(List.of(folded), List.copyOf(marks.forDeletion()));
            assertEquals(List.of(FIRST), List.copyOf(marks.notToCompact()));
            bucket.delete("team-a/" + FIRST + "/meta.json");
        }
        assertEquals(BlocksCommand.BAD, run("unfold", folded.toString()));
        assertTrue(complained().contains("is gone"), complained());
    }

    @Test
    void helpNamesWhatThereIs() {
        assertEquals(BlocksCommand.GOOD, run("verify", "--help"));
        assertEquals(BlocksCommand.USAGE, printed());
    }
}
