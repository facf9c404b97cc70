package io.engram.bucket.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.index.BucketIndexCopies.Copy;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.labels.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BucketIndexCopiesTest {
    private static final TenantId TENANT = new TenantId("a!-_.*'()");
    private static final BucketIndex INDEX = new BucketIndex(
            List.of(new BucketIndex.Block(BlockId.of(1, 2, 3), 4, 5, "", 0, 6, "", "x", 7, true, Labels.of("a", "b"))),
            List.of(new BucketIndex.Deletion(BlockId.of(1, 2, 3), 8)),
            9);

    @TempDir
    Path folder;

    @Test
    void whatIsSavedIsLoadedByTheNextStart() throws IOException {
        Path dir = folder.resolve("made/when/needed");
        BucketIndexCopies copies = new BucketIndexCopies(dir);
        assertEquals(Optional.empty(), copies.load(TENANT));
        for (Copy copy : List.of(
                new Copy(Optional.of(INDEX), 10),
                new Copy(Optional.of(BucketIndex.EMPTY), -1),
                new Copy(Optional.empty(), Long.MAX_VALUE))) {
            copies.save(TENANT, copy);
            assertEquals(Optional.of(copy), new BucketIndexCopies(dir).load(TENANT));
        }
        copies.delete(TENANT);
        copies.delete(TENANT);
        assertEquals(Optional.empty(), copies.load(TENANT));
    }

    @Test
    void whatAKilledProcessLeftInTheMiddleOfSavingIsNoCopy() throws IOException {
        BucketIndexCopies copies = new BucketIndexCopies(folder);
        Files.write(folder.resolve("~unfinished"), new byte[100_000]);
        copies.save(TENANT, new Copy(Optional.of(INDEX), 10));
        assertEquals(Optional.of(new Copy(Optional.of(INDEX), 10)), copies.load(TENANT));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve(TENANT + ".gz")), files.toList());
        }
    }

    @Test
    void damageIsFound() throws IOException {
        BucketIndexCopies copies = new BucketIndexCopies(folder);
        Copy copy = new Copy(Optional.of(INDEX), 10);
        copies.save(TENANT, copy);
        Path file = folder.resolve(TENANT + ".gz");
        byte[] good = Files.readAllBytes(file);
        for (int length = 0; length < good.length; length++) {
            Files.write(file, Arrays.copyOf(good, length));
            IOException damage = assertThrows(IOException.class, () -> copies.load(TENANT), "length " + length);
            assertTrue(damage.getMessage().contains(file.toString()), damage.getMessage());
        }
        int found = 0;
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bad);
            try {
                assertEquals(Optional.of(copy), copies.load(TENANT), "bit " + bit); // some bits of gzip say nothing
            } catch (IOException _) {
                found++;
            }
        }
        assertTrue(found > 7 * (good.length - 10), found + " of " + 8 * good.length);
    }
}
