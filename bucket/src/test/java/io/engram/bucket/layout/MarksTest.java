package io.engram.bucket.layout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.testing.MemoryBucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.json.DamagedJson;
import io.engram.model.testing.Mutations;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MarksTest {
    private static final BlockId A = BlockId.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    private static final BlockId B = BlockId.parse("01M7ZNQY48XJ7N2AHRVMR6QMFS");

    private final MemoryBucket memory = new MemoryBucket(() -> 0);
    private final TenantBucket bucket = new TenantBucket(memory, new TenantId("t"));
    private final Marks marks = new Marks(bucket);

    @Test
    void writesTheFilesOfMimir() throws IOException {
        marks.mark(new DeletionMark(A, 1_700_000_000, "source of compacted block"));
        marks.mark(new NoCompactMark(B, 1_700_000_001, NoCompactMark.OUT_OF_ORDER_CHUNK, ""));
        marks.mark(new TenantDeletionMark(1_700_000_002, 0));

        assertEquals(
                List.of(
                        "t/" + A + "/deletion-mark.json",
                        "t/" + B + "/no-compact-mark.json",
                        "t/markers/" + A + "-deletion-mark.json",
                        "t/markers/" + B + "-no-compact-mark.json",
                        "t/markers/tenant-deletion-mark.json"),
                memory.keys());
        assertEquals(
                "{\"id\":\"" + A
                        + "\",\"version\":1,\"details\":\"source of compacted block\",\"deletion_time\":1700000000}",
                text("t/" + A + "/deletion-mark.json"));
        assertEquals(
                "{\"id\":\"" + B
                        + "\",\"version\":1,\"no_compact_time\":1700000001,\"reason\":\"block-index-out-of-order-chunk\"}",
                text("t/markers/" + B + "-no-compact-mark.json"));
        assertEquals("{\"deletion_time\":1700000002}", text("t/markers/tenant-deletion-mark.json"));
    }

    private String text(String key) throws IOException {
        return new String(memory.get(key, 1000).bytes(), UTF_8);
    }

    @Test
    void readsWhatItWrote() throws IOException {
        DeletionMark deletion = new DeletionMark(A, 5, "why \"not\"");
        NoCompactMark noCompact = new NoCompactMark(A, 6, NoCompactMark.MANUAL, "d");
        TenantDeletionMark tenant = new TenantDeletionMark(7, 8);
        marks.mark(deletion);
        marks.mark(noCompact);
        marks.mark(tenant);

        assertEquals(Optional.of(deletion), marks.deletion(A));
        assertEquals(Optional.of(noCompact), marks.noCompact(A));
        assertEquals(Optional.of(tenant), marks.tenantDeletion());
        assertEquals(Optional.empty(), marks.deletion(B));
        assertEquals(
                new Marks.Listed(new TreeSet<>(List.of(A)), new TreeSet<>(List.of(A)), new TreeMap<>()), marks.list());

        marks.unmarkDeletion(A);
        marks.unmarkNoCompact(A);
        assertEquals(Optional.empty(), marks.deletion(A));
        assertEquals(new Marks.Listed(new TreeSet<>(), new TreeSet<>(), new TreeMap<>()), marks.list());
    }

    @Test
    void aDamagedMarkNamesItsKey() {
        memory.put("t/" + A + "/deletion-mark.json", "{\"id\":\"x\"}".getBytes(UTF_8));

        DamagedJson damage = assertThrows(DamagedJson.class, () -> marks.deletion(A));

        assertTrue(damage.getMessage().startsWith("memory/t/" + A + "/deletion-mark.json: "), damage.getMessage());
    }

    @Test
    void damagedMarksAreRefusedOrRead() {
        List<byte[]> valid = List.of(
                MarkJson.print(new DeletionMark(A, 5, "x")),
                MarkJson.print(new NoCompactMark(A, 6, NoCompactMark.MANUAL, "d")),
                MarkJson.print(new TenantDeletionMark(7, 8)));
        Seeds.check(3000, random -> {
            byte[] bytes = Mutations.mutate(valid.get(random.nextInt(3)), random);
            try {
                assertEquals(
                        A.toString().length(),
                        MarkJson.deletion(bytes, "m").id().toString().length());
            } catch (DamagedJson e) {
                assertTrue(e.getMessage().startsWith("m: "), e.getMessage());
            }
            try {
                assertTrue(MarkJson.noCompact(bytes, "m").timeS() >= 0);
            } catch (DamagedJson e) {
                assertTrue(e.getMessage().startsWith("m: "), e.getMessage());
            }
            try {
                assertTrue(MarkJson.tenantDeletion(bytes, "m").timeS() >= 0);
            } catch (DamagedJson e) {
                assertTrue(e.getMessage().startsWith("m: "), e.getMessage());
            }
        });
    }

    @Test
    void tenantsAreTheFoldersThatCanBeTenants() throws IOException {
        for (String key :
                List.of("b/x", "a/y", "__mimir_cluster/z", "not a tenant/x", "user-index.json.gz", "c!/d/e")) {
            memory.put(key, new byte[1]);
        }

        assertEquals(List.of(new TenantId("a"), new TenantId("b"), new TenantId("c!")), TenantBucket.tenants(memory));
    }

    @Test
    void otherNamesAreNoMarksAndNoBlocks() {
        for (String key : List.of(
                "markers/",
                "markers/x-deletion-mark.json",
                "markers/-deletion-mark.json",
                "x",
                A + "-deletion-mark.json",
                "markers/" + A,
                "markers/deletion-mark.json")) {
            assertEquals(Optional.empty(), BlockPaths.blockOfGlobalMark(key, BlockPaths.DELETION_MARK), key);
        }
        for (String folder : List.of(
                "", "/", "markers/", A.toString(), A + "/x/", A.toString().toLowerCase(Locale.ROOT) + "/")) {
            assertEquals(Optional.empty(), BlockPaths.blockOfFolder(folder), folder);
        }
    }
}
