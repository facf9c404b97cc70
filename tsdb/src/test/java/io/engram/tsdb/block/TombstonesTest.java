package io.engram.tsdb.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.labels.Labels;
import io.engram.model.testing.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TombstonesTest {
    private static final BlockPath PATH = new BlockPath("test", BlockPath.TOMBSTONES);

    @TempDir
    Path folder;

    /** As promtool 2.42 writes it for a block of which nothing is deleted. */
    @Test
    void readsTheFileThatPrometheusWritesFirst() {
        Tombstones none = Tombstones.decode(HexFormat.of().parseHex("0130ba300100000000"), PATH);
        assertEquals(0, none.seriesCount());
    }

    @Test
    void deletedSamplesAreNotRead() {
        Seeds.check(15, random -> {
            BlockModel model = RandomBlocks.next(random, 20, 400);
            BlockId id = RandomBlocks.id(random);
            Path path = model.write(folder, id);
            BlockModel left = delete(model, path, random);
            try (BlockReader block = BlockReader.open(path)) {
                left.assertSame(BlockModel.of(block));
                BlockId merged = RandomBlocks.id(random);
                Path into = BlockMerge.merge(
                                List.of(block),
                                Long.MIN_VALUE,
                                Long.MAX_VALUE,
                                folder,
                                merged,
                                c -> BlockModel.meta(merged, c))
                        .folder();
                left.series.values().removeIf(Map::isEmpty);
                try (BlockReader clean = BlockReader.open(into)) {
                    left.assertSame(BlockModel.of(clean));
                }
            }
        });
    }

    @Test
    void damageIsFound() throws IOException {
        byte[] good = file(List.of(new long[] {5, 10, 20}, new long[] {7, -5, 3}));
        assertEquals(2, Tombstones.decode(good, PATH).seriesCount());
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(CorruptBlock.class, () -> Tombstones.decode(bad, PATH), "bit " + bit);
        }
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThrows(CorruptBlock.class, () -> Tombstones.decode(cut, PATH), "length " + length);
        }
    }

    @Test
    void intervalsAreAsASetOfTimes() {
        Seeds.check(200, random -> {
            boolean[] deleted = new boolean[60];
            Intervals intervals = Intervals.NONE;
            for (int i = random.nextInt(8); i > 0; i--) {
                int first = random.nextInt(60);
                int last = random.nextInt(first, 60);
                intervals = intervals.plus(first, last);
                Arrays.fill(deleted, first, last + 1, true);
            }
            for (int min = 0; min < 60; min++) {
                assertEquals(deleted[min], intervals.contains(min));
                boolean touches = false;
                boolean covers = true;
                for (int max = min; max < 60; max++) {
                    touches |= deleted[max];
                    covers &= deleted[max];
                    assertEquals(touches, intervals.touches(min, max), min + " to " + max);
                    assertEquals(covers, intervals.covers(min, max), min + " to " + max);
                }
            }
        });
    }

    @Test
    void intervalsReachToTheEndsOfTime() {
        Intervals all = Intervals.NONE.plus(Long.MIN_VALUE, 0).plus(1, Long.MAX_VALUE);
        assertTrue(all.covers(Long.MIN_VALUE, Long.MAX_VALUE));
    }

    /** Deletes some times of some series; returns what is left. */
    private static BlockModel delete(BlockModel model, Path path, SplittableRandom random) throws IOException {
        BlockModel left = new BlockModel();
        List<long[]> stones = new ArrayList<>();
        try (BlockReader block = BlockReader.open(path)) {
            SeriesEntry entry = new SeriesEntry();
            block.allSeries().forEach((int ref) -> {
                Labels labels = block.labels(block.series(ref, entry));
                TreeMap<Long, Object> samples = new TreeMap<>(model.series.get(labels));
                for (int i = random.nextInt(4); i > 0; i--) {
                    long first = RandomBlocks.START_MS + random.nextInt(6_000_000);
                    long last = first + random.nextInt(4_000_000);
                    samples.subMap(first, true, last, true).clear();
                    stones.add(new long[] {ref, first, last});
                }
                left.series.put(labels, samples);
            });
        }
        Files.write(path.resolve(BlockPath.TOMBSTONES), file(stones));
        return left;
    }

    private static byte[] file(List<long[]> stones) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(HexFormat.of().parseHex("0130ba3001"));
        for (long[] stone : stones) {
            byte[] entry = new byte[3 * Varint.MAX_BYTES];
            int at = Varint.put(entry, 0, stone[0]);
            at = Varint.putSigned(entry, at, stone[1]);
            out.write(entry, 0, Varint.putSigned(entry, at, stone[2]));
        }
        out.write(new byte[4]);
        byte[] file = out.toByteArray();
        Damage.fixChecksum(file, 5, file.length - 9);
        return file;
    }
}
