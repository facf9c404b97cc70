package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.layout.TenantBucket;
import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkBatch;
import io.engram.model.testing.Seeds;
import io.engram.proto.SelectBlocks;
import io.engram.tsdb.block.BlockPath;
import io.engram.tsdb.block.BlockReader;
import io.engram.tsdb.chunk.XorDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was deleted of a block before it was copied into the bucket is not in answers. */
class TombstonesTest {
    /** Of the block in the test resources: 480 samples of three series, every 15 s from here. */
    private static final long PROMETHEUS_START_MS = 1_700_006_400_000L;

    @TempDir
    Path folder;

    private final SplittableRandom random = Seeds.random();

    @Test
    void answersAsLocalBlocksDo() {
        Seeds.check(6, random -> {
            Fixture fixture = new Fixture(folder);
            BlockId id = TestBlock.id(random);
            Path block = TestBlock.next(random, 60, 700).write(fixture.blocks, id, random);
            Files.write(block.resolve(BlockPath.TOMBSTONES), stones(block, random));
            copy(fixture, block, id);
            for (int i = 0; i < 30; i++) {
                boolean all = random.nextInt(3) == 0;
                long minMs = all ? Long.MIN_VALUE : TestBlock.START_MS + random.nextInt(20_000_000);
                long maxMs = all ? Long.MAX_VALUE : minMs + random.nextInt(20_000_000);
                var found =
                        Answers.of(fixture.gateway.select(Fixture.query(List.of(id), minMs, maxMs, List.of())), random);
                found.values().removeIf(List::isEmpty); // what touches a deletion is known to be empty when it is read
                assertEquals(Answers.ofLocal(fixture.blocks, List.of(id), minMs, maxMs, List.of()), found);
            }
        });
    }

    /** {@code m{s="a"}} was deleted altogether, {@code m{s="b"}} from 1,000 s to 5,000 s, nothing of {@code m{s="c"}}. */
    @Test
    void whatAPrometheusDeletedIsNotInAnswers() throws Exception {
        Fixture fixture = new Fixture(folder);
        BlockId id = copyPrometheusBlock(fixture);
        SelectBlocks.Query whole = fixture.query(List.of(id));
        TreeMap<String, TreeSet<Long>> found = times(fixture.gateway.select(whole));
        assertEquals(List.of("b", "c"), List.copyOf(found.keySet()));
        TreeSet<Long> left = new TreeSet<>();
        for (int i = 0; i < 480; i++) {
            left.add(PROMETHEUS_START_MS + i * 15_000L);
        }
        assertEquals(left, found.get("c"));
        left.subSet(PROMETHEUS_START_MS + 1_000_000, true, PROMETHEUS_START_MS + 5_000_000, true)
                .clear();
        assertEquals(213, left.size());
        assertEquals(left, found.get("b"));

        SelectBlocks.Query inside =
                Fixture.query(List.of(id), PROMETHEUS_START_MS + 1_500_000, PROMETHEUS_START_MS + 4_000_000, List.of());
        assertEquals(
                List.of("c"),
                List.copyOf(times(fixture.gateway.select(inside)).keySet()),
                "all that is asked for of b is deleted");
    }

    @Test
    void aRestartKnowsThemWithoutTheBucket() throws Exception {
        Fixture fixture = new Fixture(folder);
        BlockId id = copyPrometheusBlock(fixture);
        fixture.gateway.select(fixture.query(List.of(id))).close();
        String key = new BlockKey(Fixture.TENANT, id).objectKey(BlockPath.TOMBSTONES);
        fixture.bucket.delete(key);
        fixture.open(Fixture.config(), Map.of());
        assertEquals(
                List.of("b", "c"),
                List.copyOf(times(fixture.gateway.select(fixture.query(List.of(id))))
                        .keySet()));
    }

    @Test
    void damageIsNamedAndForgottenWhenItIsMended() throws Exception {
        Fixture fixture = new Fixture(folder);
        BlockId id = copyPrometheusBlock(fixture);
        String key = new BlockKey(Fixture.TENANT, id).objectKey(BlockPath.TOMBSTONES);
        byte[] good = fixture.bucket.get(key, 1000).bytes();
        byte[] bad = good.clone();
        bad[10] ^= 4;
        fixture.bucket.put(key, bad);
        Failure failure = assertThrows(Failure.class, () -> fixture.gateway.select(fixture.query(List.of(id))));
        assertEquals(ErrorId.BLOCK_DAMAGED, failure.id());
        assertTrue(failure.getMessage().contains("tombstones"), failure.getMessage());
        assertTrue(failure.getMessage().contains(id.toString()), failure.getMessage());
        fixture.bucket.put(key, good);
        assertEquals(
                2, times(fixture.gateway.select(fixture.query(List.of(id)))).size());
    }

    private BlockId copyPrometheusBlock(Fixture fixture) throws IOException, URISyntaxException {
        Path block = Path.of(
                TombstonesTest.class.getResource("prometheus-2.42-deleted").toURI());
        BlockId id = BlockId.tryParse("01M805FCJ2GB4J5E8BRBTCN2KW").orElseThrow();
        copy(fixture, block, id);
        return id;
    }

    /** By hand, as an operator moves the data of a Prometheus. */
    private static void copy(Fixture fixture, Path block, BlockId id) throws IOException {
        TenantBucket bucket = new TenantBucket(fixture.bucket, Fixture.TENANT);
        try (Stream<Path> files = Files.walk(block)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bucket.put(id + "/" + block.relativize(file), Files.readAllBytes(file));
            }
        }
    }

    /** The times of each series' samples, by the value of the label {@code s}. */
    private static TreeMap<String, TreeSet<Long>> times(SelectBlocks.Cursor cursor) {
        TreeMap<String, TreeSet<Long>> found = new TreeMap<>();
        try (cursor) {
            ChunkBatch batch = new ChunkBatch();
            for (int i = 0; i < cursor.series().size(); i++) {
                cursor.fetch(new int[] {i}, 0, 1, batch);
                TreeSet<Long> times = new TreeSet<>();
                for (int c = 0; c < batch.chunkCount; c++) {
                    int count = XorDecoder.sampleCount(batch.data, batch.offset[c], batch.length[c]);
                    long[] timeMs = new long[count];
                    XorDecoder.decode(
                            batch.data,
                            batch.offset[c],
                            batch.length[c],
                            Long.MIN_VALUE,
                            Long.MAX_VALUE,
                            timeMs,
                            new double[count],
                            0);
                    for (long time : timeMs) {
                        times.add(time);
                    }
                }
                Labels labels = cursor.series().labels(i);
                found.put(labels.get("s"), times);
            }
        }
        return found;
    }

    /** Deletes some times of some series of a block. */
    private static byte[] stones(Path block, SplittableRandom random) throws IOException {
        ByteArrayOutputStream entries = new ByteArrayOutputStream();
        try (BlockReader reader = BlockReader.open(block)) {
            reader.allSeries().forEach((int ref) -> {
                for (int i = random.nextInt(4); i > 0; i--) {
                    long first = TestBlock.START_MS + random.nextInt(14_000_000);
                    uvarint(entries, ref);
                    varint(entries, first);
                    varint(entries, first + random.nextInt(6_000_000));
                }
            });
        }
        CRC32C crc = new CRC32C();
        crc.update(entries.toByteArray());
        return ByteBuffer.allocate(5 + entries.size() + 4)
                .putInt(0x0130BA30)
                .put((byte) 1)
                .put(entries.toByteArray())
                .putInt((int) crc.getValue())
                .array();
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        uvarint(out, value << 1 ^ value >> 63);
    }

    private static void uvarint(ByteArrayOutputStream out, long value) {
        long rest = value;
        for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
            out.write((int) (rest | 0x80));
        }
        out.write((int) rest);
    }
}
