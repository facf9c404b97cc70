package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that are not what was written: read again, then an error that names the place; never an answer. */
class DamageTest {
    @TempDir
    Path folder;

    private final SplittableRandom random = Seeds.random();
    private Fixture fixture;
    private BlockId id;
    private BlockId other;

    @BeforeEach
    void write() throws IOException {
        fixture = new Fixture(folder);
        id = fixture.upload(TestBlock.next(random, 200, 700), random);
        other = fixture.upload(TestBlock.next(random, 20, 20), random);
        fixture.gateway.headers().ensure(new BlockKey(Fixture.TENANT, id));
    }

    private TreeMap<Labels, List<String>> expected(BlockId block) throws IOException {
        return Answers.ofLocal(fixture.blocks, List.of(block), Long.MIN_VALUE, Long.MAX_VALUE, List.of());
    }

    private TreeMap<Labels, List<String>> answer(BlockId block) {
        return Answers.of(fixture.gateway.select(fixture.query(List.of(block))), random);
    }

    @Test
    void readsAgainWhatIsDamagedOnTheWay() throws IOException {
        for (String file : List.of("index", "chunks/000001")) {
            write(); // nothing is cached
            AtomicInteger lies = new AtomicInteger();
            fixture.bucket.lie((key, _, bytes, _) -> {
                if (key.equals(key(id, file)) && lies.getAndIncrement() == 0) {
                    Arrays.fill(bytes, (byte) 0x5A);
                }
            });
            assertEquals(expected(id), answer(id), file);
            assertTrue(lies.get() > 1, "it was read again");
            assertTrue(fixture.metric("reread_total") >= 1);
            assertEquals(0, fixture.metric("damaged_reads_total"));
            fixture.bucket.clear();
            assertEquals(expected(id), answer(id));
            assertEquals(List.of(), fixture.bucket.reads(), "what was read again has replaced what was damaged");
        }
    }

    @Test
    void flippedBitsInIndexAndChunksNeverReachAnAnswer() throws IOException {
        for (String file : List.of("index", "chunks/000001")) {
            long size = Files.size(fixture.blocks.resolve(id.toString()).resolve(file));
            for (int i = 0; i < 60; i++) {
                long at = random.nextLong(size);
                int bit = 1 << random.nextInt(8);
                Fixture flipped = new Fixture(folder);
                copyTo(flipped, file, at, bit);
                TreeMap<Labels, List<String>> found;
                try {
                    found = Answers.of(flipped.gateway.select(flipped.query(List.of(id))), random);
                } catch (Failure e) {
                    assertEquals(ErrorId.BLOCK_DAMAGED, e.id(), e.getMessage());
                    assertTrue(e.getMessage().contains(id + ": "), e.getMessage());
                    assertTrue(e.getMessage().contains(" at offset "), e.getMessage());
                    assertTrue(e.getMessage().contains(": expected "), e.getMessage());
                    assertTrue(e.getMessage().contains(", found "), e.getMessage());
                    continue;
                }
                assertEquals(expected(id), found, "bit at " + at + " of " + file + " is in padding or never read");
            }
        }
    }

    private void copyTo(Fixture to, String file, long at, int bit) throws IOException {
        Path block = fixture.blocks.resolve(id.toString());
        for (String name : List.of("index", "chunks/000001", "meta.json")) {
            byte[] bytes = Files.readAllBytes(block.resolve(name));
            if (name.equals(file)) {
                bytes[(int) at] ^= (byte) bit;
            }
            to.bucket.put(key(id, name), bytes);
        }
    }

    @Test
    void damageThatStaysFailsTheQueryAndNothingElse() throws IOException {
        long at = Files.size(fixture.blocks.resolve(id.toString()).resolve("chunks/000001")) / 2;
        fixture.bucket.lie((key, offset, bytes, _) -> {
            if (key.equals(key(id, "chunks/000001")) && offset <= at && at < offset + bytes.length) {
                bytes[(int) (at - offset)] ^= 1;
            }
        });
        Failure failure = assertThrows(Failure.class, () -> answer(id));
        assertEquals(ErrorId.BLOCK_DAMAGED, failure.id());
        assertTrue(failure.getMessage().contains("block " + id + ": chunks/000001 at offset "), failure.getMessage());
        assertTrue(failure.getMessage().contains("CRC-32C"), failure.getMessage());
        assertEquals(1, fixture.metric("damaged_reads_total"));
        assertEquals(expected(other), answer(other));
        fixture.bucket.lie((_, _, _, _) -> {});
        assertEquals(expected(id), answer(id), "what was damaged is not remembered");
    }

    @Test
    void objectsThatAreCutOffAreDamaged() throws IOException {
        for (String file : List.of("index", "chunks/000001")) {
            byte[] whole =
                    Files.readAllBytes(fixture.blocks.resolve(id.toString()).resolve(file));
            fixture.bucket.put(key(id, file), Arrays.copyOf(whole, whole.length / 2));
            Failure failure = assertThrows(Failure.class, () -> answer(id));
            assertEquals(ErrorId.BLOCK_DAMAGED, failure.id(), failure.getMessage());
            assertTrue(failure.getMessage().contains(file), failure.getMessage());
            fixture.bucket.put(key(id, file), whole);
        }
        assertEquals(expected(id), answer(id));
    }

    @Test
    void damagedMetaJsonIsNamed() throws IOException {
        fixture.bucket.put(key(other, "meta.json"), new byte[] {'{'});
        Failure failure = assertThrows(Failure.class, () -> answer(other));
        assertEquals(ErrorId.BLOCK_DAMAGED, failure.id());
        assertTrue(failure.getMessage().contains(other + ": meta.json"), failure.getMessage());
    }

    @Test
    void metaJsonThatLiesAboutSizesIsSeenThrough() throws IOException {
        String json = new String(
                Files.readAllBytes(fixture.blocks.resolve(other.toString()).resolve("meta.json")),
                StandardCharsets.UTF_8);
        String thanos = ",\"thanos\":{\"files\":[{\"rel_path\":\"index\",\"size_bytes\":100}]}}";
        fixture.bucket.put(
                key(other, "meta.json"),
                (json.substring(0, json.lastIndexOf('}')) + thanos).getBytes(StandardCharsets.UTF_8));
        assertEquals(expected(other), answer(other));
    }

    @Test
    void listsOfValuesMeetDamageToo() {
        fixture.bucket.lie((key, _, bytes, _) -> {
            if (key.equals(key(id, "index"))) {
                Arrays.fill(bytes, (byte) 0x5A);
            }
        });
        Failure failure = assertThrows(
                Failure.class,
                () -> fixture.gateway.labelValues(
                        "job", fixture.query(List.of(id), new Matcher(Matcher.Type.REGEX, "pod", "v.*"))));
        assertEquals(ErrorId.BLOCK_DAMAGED, failure.id());
    }

    private static String key(BlockId block, String file) {
        return Fixture.TENANT.value() + "/" + block + "/" + file;
    }
}
