package io.engram.bucket.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.Operation;
import io.engram.bucket.index.BucketIndex.Block;
import io.engram.bucket.index.BucketIndex.Deletion;
import io.engram.bucket.index.BucketIndexFile.Loaded;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.TenantBucket;
import io.engram.bucket.testing.FaultyBucket;
import io.engram.bucket.testing.FaultyBucket.Fate;
import io.engram.bucket.testing.MemoryBucket;
import io.engram.bucket.testing.TestBlocks;
import io.engram.model.TenantId;
import io.engram.model.block.BlockFile;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.ThanosSection;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.json.DamagedJson;
import io.engram.model.labels.Labels;
import io.engram.model.testing.Mutations;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BucketIndexTest {
    private static final BlockId A = BlockId.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    private static final BlockId B = BlockId.parse("01M7ZNQY48XJ7N2AHRVMR6QMFS");

    private static final String VERSION_2 = "{\"version\":2,\"blocks\":[{\"block_id\":\"" + A
            + "\",\"min_time\":10,\"max_time\":20,\"segments_format\":\"1b6d\",\"segments_num\":2,\"uploaded_at\":99,"
            + "\"compactor_shard_id\":\"1_of_4\",\"source\":\"compactor\",\"compaction_level\":2,\"out_of_order\":true,"
            + "\"labels\":{\"__compactor_shard_id__\":\"1_of_4\",\"a\":\"b\"}},{\"block_id\":\"" + B
            + "\",\"min_time\":20,\"max_time\":30,\"uploaded_at\":100}],\"block_deletion_marks\":[{\"block_id\":\"" + A
            + "\",\"deletion_time\":1000}],\"updated_at\":1700000000}";

    private static final BucketIndex INDEX = new BucketIndex(
            List.of(
                    new Block(B, 20, 30, "", 0, 100, "", "", 0, false, Labels.EMPTY),
                    new Block(
                            A,
                            10,
                            20,
                            "1b6d",
                            2,
                            99,
                            "1_of_4",
                            "compactor",
                            2,
                            true,
                            Labels.of("__compactor_shard_id__", "1_of_4", "a", "b"))),
            List.of(new Deletion(A, 1000)),
            1_700_000_000);

    private final MemoryBucket memory = new MemoryBucket(() -> 77_000);
    private final FaultyBucket faulty = new FaultyBucket(memory);
    private final TenantBucket bucket = new TenantBucket(faulty, new TenantId("t"));
    private final BucketIndexFile file = new BucketIndexFile(bucket);
    private final BucketIndexUpdater updater = new BucketIndexUpdater(bucket, () -> 123_456);

    @Test
    void aFoldedBlockHidesWhatItWasMadeOfAsLongAsItIsThereItself() throws Exception {
        Block original = new Block(A, 10, 20, "", 0, 99, "", "", 1, false, Labels.EMPTY);
        Block folded = new Block(B, 10, 20, "", 0, 99, "", "", 2, false, Labels.EMPTY, List.of(A));
        BucketIndex both = new BucketIndex(List.of(original, folded), List.of(new Deletion(A, 7)), 5);
        assertEquals(new BucketIndex(List.of(folded), List.of(), 5), both.withoutOriginals());
        BucketIndex unfolded = new BucketIndex(List.of(original, folded), List.of(new Deletion(B, 7)), 5);
        assertEquals(unfolded, unfolded.withoutOriginals());
        assertEquals(INDEX, INDEX.withoutOriginals());
        assertEquals(both, BucketIndexJson.read(BucketIndexJson.print(both), "index"));
    }

    @Test
    void printsMimirsVersion2() {
        assertEquals(VERSION_2, new String(BucketIndexJson.print(INDEX), UTF_8));
    }

    @Test
    void readsVersions1And2() throws DamagedJson {
        String version1 = "{\"version\":1,\"blocks\":[{\"block_id\":\"" + B
                + "\",\"min_time\":20,\"max_time\":30,\"uploaded_at\":100,\"parquet\":{\"version\":1}}],"
                + "\"block_deletion_marks\":null,\"updated_at\":5}";

        assertEquals(INDEX, BucketIndexJson.read(VERSION_2.getBytes(UTF_8), "index"));
        assertEquals(
                new BucketIndex(
                        List.of(new Block(B, 20, 30, "", 0, 100, "", "", 0, false, Labels.EMPTY)), List.of(), 5),
                BucketIndexJson.read(version1.getBytes(UTF_8), "index"));
        assertThrows(
                DamagedJson.class,
                () -> BucketIndexJson.read(VERSION_2.replace("n\":2", "n\":3").getBytes(UTF_8), "index"));
    }

    @Test
    void damagedIndexesAreRefusedOrReadTheSameWhenPrintedAgain() {
        Seeds.check(5000, random -> {
            BucketIndex read;
            try {
                read = BucketIndexJson.read(Mutations.mutate(VERSION_2.getBytes(UTF_8), random), "index");
            } catch (DamagedJson e) {
                assertTrue(e.getMessage().startsWith("index: "), e.getMessage());
                return;
            }
            assertEquals(read, BucketIndexJson.read(BucketIndexJson.print(read), "again"));
        });
    }

    @Test
    void damagedFilesAreDamagedNotFatal() throws IOException {
        file.store(INDEX, new Loaded.Missing());
        byte[] valid = memory.get("t/bucket-index.json.gz", 10_000).bytes();
        Seeds.check(2000, random -> {
            memory.put("t/bucket-index.json.gz", Mutations.mutate(valid, random));
            switch (file.load()) {
                case Loaded.Present present -> assertEquals(INDEX, present.index()); // the checksum of gzip
                case Loaded.Damaged damaged ->
                    assertTrue(damaged.problem().startsWith("memory/t/bucket-index.json.gz: "), damaged.problem());
                case Loaded.Missing _ -> throw new AssertionError("missing");
            }
        });
    }

    @Test
    void storesOnlyOverWhatWasLoaded() throws IOException {
        assertInstanceOf(Loaded.Missing.class, file.load());
        assertTrue(file.store(INDEX, new Loaded.Missing()).isPresent());
        assertEquals(Optional.empty(), file.store(BucketIndex.EMPTY, new Loaded.Missing()));

        Loaded loaded = file.load();
        assertTrue(file.store(BucketIndex.EMPTY, loaded).isPresent());
        assertEquals(Optional.empty(), file.store(INDEX, loaded));
    }

    @Test
    void anOldIndexIsRefusedWithItsAgeAndTheKey() {
        TenantId tenant = new TenantId("t");
        long nowMs = 1_700_000_000_000L + Duration.ofMinutes(61).toMillis();

        Failure refused = assertThrows(
                Failure.class,
                () -> BucketIndexFile.checkAge(INDEX, tenant, nowMs, Duration.ofHours(1), "the bucket is gone"));

        assertEquals(ErrorId.BUCKET_INDEX_TOO_OLD, refused.id());
        assertTrue(
                refused.getMessage().contains("tenant t is 1h1m old and may be 1h (bucket.index-max-age)"),
                refused.getMessage());
        assertTrue(refused.getMessage().contains("; the bucket is gone ("), refused.getMessage());
        assertDoesNotThrow(() -> BucketIndexFile.checkAge(INDEX, tenant, nowMs, Duration.ofMinutes(61), ""));
        assertDoesNotThrow(() -> BucketIndexFile.checkAge(INDEX, tenant, nowMs, Duration.ZERO, ""));
    }

    @Test
    void updateListsWholeBlocksAndReportsPartialOnes() throws IOException {
        BlockMeta whole = TestBlocks.meta(A, 10, 20)
                .withThanos(ThanosSection.raw(Labels.of("a", "b"), "receive")
                        .withFiles(List.of(
                                new BlockFile("chunks/000001", 5),
                                new BlockFile("chunks/000002", 5),
                                new BlockFile("index", 5))));
        bucket.put(BlockPaths.meta(A), whole.print());
        bucket.put(BlockPaths.index(B), new byte[5]);
        BlockId damaged = BlockId.of(5, 1, 1);
        bucket.put(BlockPaths.meta(damaged), "{".getBytes(UTF_8));
        BlockId misplaced = BlockId.of(6, 1, 1);
        bucket.put(BlockPaths.meta(misplaced), whole.print());
        bucket.put("other/x", new byte[1]);
        bucket.put("markers/" + A + "-deletion-mark.json", new byte[1]);
        bucket.put(
                A + "/deletion-mark.json",
                ("{\"id\":\"" + A + "\",\"version\":1,\"deletion_time\":1000}").getBytes(UTF_8));
        bucket.put("markers/" + B + "-deletion-mark.json", new byte[1]);
        bucket.put(B + "/deletion-mark.json", new byte[1]);

        BucketIndexUpdater.Update update = updater.update();

        assertEquals(
                new BucketIndex(
                        List.of(new Block(A, 10, 20, "1b6d", 2, 77, "", "receive", 1, false, Labels.of("a", "b"))),
                        List.of(new Deletion(A, 1000)),
                        123),
                update.index());
        assertEquals(
                List.of(damaged, misplaced, B), List.copyOf(update.partial().keySet()));
        assertEquals("has no meta.json", update.partial().get(B));
        assertTrue(update.partial().get(damaged).startsWith("memory/t/" + damaged + "/meta.json: "));
        assertTrue(update.partial().get(misplaced).contains("is of block " + A));
        assertEquals(List.of(B), List.copyOf(update.damagedMarks().keySet()));
        assertEquals(
                update.index(),
                assertInstanceOf(Loaded.Present.class, file.load()).index());
    }

    @Test
    void knownBlocksAreNotReadAgainAndGoneOnesAreDropped() throws IOException {
        bucket.put(BlockPaths.meta(A), TestBlocks.meta(A, 10, 20).print());
        bucket.put(BlockPaths.meta(B), TestBlocks.meta(B, 20, 30).print());
        updater.update();
        faulty.plan((_, key) -> key.endsWith("meta.json") ? Fate.FAIL : Fate.SUCCEED);

        assertEquals(2, updater.update().index().blocks().size());
        memory.delete("t/" + BlockPaths.meta(A));
        assertEquals(
                List.of(B),
                updater.update().index().blocks().stream().map(Block::id).toList());
    }

    @Test
    void aRaceBeginsAnewAndADamagedIndexIsMadeAnew() throws IOException {
        memory.put("t/bucket-index.json.gz", new byte[5]);
        bucket.put(BlockPaths.meta(A), TestBlocks.meta(A, 10, 20).print());
        int[] races = {3};
        faulty.plan((operation, _) -> {
            if (operation == Operation.PUT_IF && races[0]-- > 0) {
                memory.put("t/bucket-index.json.gz", new byte[races[0]]);
            }
            return Fate.SUCCEED;
        });

        assertEquals(1, updater.update().index().blocks().size());
        assertInstanceOf(Loaded.Present.class, file.load());

        races[0] = 1000;
        BucketUnavailable lost = assertThrows(BucketUnavailable.class, updater::update);
        assertTrue(lost.retryable());
    }

    @Test
    void aFailingReadFailsTheUpdateAndStoresNothing() throws IOException {
        for (int i = 0; i < 100; i++) {
            BlockId id = BlockId.of(i, 0, 0);
            bucket.put(BlockPaths.meta(id), TestBlocks.meta(id, 10, 20).print());
        }
        String bad = "t/" + BlockPaths.meta(BlockId.of(50, 0, 0));
        faulty.plan((_, key) -> key.equals(bad) ? Fate.FAIL : Fate.SUCCEED);

        assertThrows(BucketUnavailable.class, updater::update);
        assertInstanceOf(Loaded.Missing.class, file.load());
        faulty.succeed();
        assertEquals(100, updater.update().index().blocks().size());
    }
}
