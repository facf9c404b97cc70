package io.engram.bucket.layout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.testing.FaultyBucket;
import io.engram.bucket.testing.FaultyBucket.Fate;
import io.engram.bucket.testing.MemoryBucket;
import io.engram.bucket.testing.TestBlocks;
import io.engram.model.TenantId;
import io.engram.model.block.BlockFile;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.ThanosSection;
import io.engram.model.json.DamagedJson;
import io.engram.model.labels.Labels;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockUploaderTest {
    private static final BlockId ID = BlockId.parse("01M7ZNQY48XJ7N2AHRVMR6QMFS");
    private static final ThanosSection THANOS = ThanosSection.raw(Labels.of("cluster", "a"), "receive");

    @TempDir
    Path scratch;

    private final MemoryBucket memory = new MemoryBucket(() -> 1_000_000);
    private final FaultyBucket faulty = new FaultyBucket(memory);
    private final TenantBucket bucket = new TenantBucket(faulty, new TenantId("t"));
    private final BlockUploader uploader = new BlockUploader(bucket);
    private Path folder;

    @BeforeEach
    void block() throws IOException {
        folder = TestBlocks.write(scratch, TestBlocks.meta(ID, 0, 7_200_000), 1000, 500);
        Files.write(folder.resolve("tombstones"), new byte[9]);
    }

    @Test
    void uploadsChunksThenIndexThenMetaWithTheListOfFiles() throws IOException {
        List<String> writes = new ArrayList<>();
        faulty.plan((operation, key) -> {
            if (operation.name().startsWith("PUT") || operation.name().startsWith("UPLOAD")) {
                writes.add(key);
            }
            return Fate.SUCCEED;
        });

        BlockUploader.Result result = uploader.upload(folder, THANOS);

        assertEquals(
                List.of(
                        "t/" + ID + "/chunks/000001",
                        "t/" + ID + "/chunks/000002",
                        "t/" + ID + "/index",
                        "t/" + ID + "/meta.json"),
                writes);
        assertEquals(3, result.filesUploaded());
        assertEquals(1833, result.bytesUploaded());
        BlockMeta stored =
                BlockMeta.read(bucket.get(BlockPaths.meta(ID), 10_000).bytes(), "meta.json");
        assertEquals(result.meta(), stored);
        assertEquals(
                List.of(
                        new BlockFile("chunks/000001", 1000),
                        new BlockFile("chunks/000002", 500),
                        new BlockFile("index", 333),
                        new BlockFile("meta.json", 0)),
                stored.thanos().orElseThrow().files());
        assertEquals(Labels.of("cluster", "a"), stored.labels());
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("chunks/000002")),
                bucket.get(BlockPaths.chunks(ID, 2), 10_000).bytes());
    }

    @Test
    void aBlockThatIsThereIsNotTouched() throws IOException {
        BlockMeta first = uploader.upload(folder, THANOS).meta();
        faulty.plan((operation, _) -> switch (operation) {
            case PUT, UPLOAD, PUT_IF, DELETE -> Fate.FAIL;
            default -> Fate.SUCCEED;
        });

        BlockUploader.Result again = uploader.upload(folder, ThanosSection.raw(Labels.EMPTY, "other"));

        assertEquals(first, again.meta());
        assertEquals(0, again.filesUploaded());
        assertEquals(3, again.filesFound());
    }

    @Test
    void whateverFailsTheNextCallGoesOnAndMetaIsNeverThereWithoutTheRest() {
        Seeds.check(200, random -> {
            for (String key : memory.keys()) {
                memory.delete(key);
            }
            int[] failures = {random.nextInt(1, 8)};
            faulty.plan((_, _) -> {
                if (failures[0] == 0 || random.nextInt(3) > 0) {
                    return Fate.SUCCEED;
                }
                failures[0]--;
                return random.nextBoolean() ? Fate.FAIL : Fate.LOSE_ANSWER;
            });
            long bytes = 0;
            while (true) {
                try {
                    bytes += uploader.upload(folder, THANOS).bytesUploaded();
                    break;
                } catch (BucketUnavailable e) {
                    assertTrue(!memory.keys().contains("t/" + ID + "/meta.json")
                            || memory.keys().size() == 4);
                }
            }
            assertEquals(4, memory.keys().size());
            assertTrue(bytes <= 1833);
        });
    }

    @Test
    void aFileOfAnotherSizeIsReplaced() throws IOException {
        bucket.put(BlockPaths.chunks(ID, 1), new byte[999]);

        BlockUploader.Result result = uploader.upload(folder, THANOS);

        assertEquals(3, result.filesUploaded());
        assertEquals(1000, bucket.stat(BlockPaths.chunks(ID, 1)).sizeBytes());
    }

    @Test
    void aBlockThatVanishesWhileItIsUploadedGetsNoMeta() {
        faulty.plan((_, key) -> {
            if (key.endsWith("/index")) {
                memory.delete("t/" + ID + "/chunks/000001");
            }
            return Fate.SUCCEED;
        });

        BucketUnavailable failed = assertThrows(BucketUnavailable.class, () -> uploader.upload(folder, THANOS));

        assertTrue(failed.getMessage().contains("chunks/000001"), failed.getMessage());
        assertFalse(memory.keys().contains("t/" + ID + "/meta.json"));
    }

    @Test
    void aDamagedLocalMetaIsNotUploaded() throws IOException {
        Files.write(folder.resolve("meta.json"), "{".getBytes(UTF_8));

        assertThrows(DamagedJson.class, () -> uploader.upload(folder, THANOS));
        assertEquals(List.of(), memory.keys());
    }

    @Test
    void removalTakesMetaFirstAndTheMarkLast() throws IOException {
        uploader.upload(folder, THANOS);
        Marks marks = new Marks(bucket);
        marks.mark(new DeletionMark(ID, 5, ""));
        marks.mark(new NoCompactMark(ID, 5, NoCompactMark.CRITICAL, ""));
        List<String> deleted = new ArrayList<>();
        faulty.plan((operation, key) -> {
            if (operation.name().equals("DELETE")) {
                deleted.add(key);
            }
            return Fate.SUCCEED;
        });

        new BlockRemoval(bucket).remove(ID);

        assertEquals(List.of(), memory.keys());
        assertEquals("t/" + ID + "/meta.json", deleted.getFirst());
        assertEquals("t/markers/" + ID + "-deletion-mark.json", deleted.getLast());
        assertEquals("t/" + ID + "/deletion-mark.json", deleted.get(deleted.size() - 3));
    }
}
