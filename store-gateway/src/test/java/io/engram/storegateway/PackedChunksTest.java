package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.testing.Seeds;
import io.engram.tsdb.block.ChunkList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackedChunksTest {
    @Test
    void bringsBackWhatWentIn() {
        Seeds.check(100, random -> {
            PackedChunks packed = new PackedChunks();
            List<ChunkList> lists = new ArrayList<>();
            List<Integer> positions = new ArrayList<>();
            for (int i = random.nextInt(1, 50); i > 0; i--) {
                ChunkList list = new ChunkList();
                long time = random.nextInt(3) == 0 ? Long.MIN_VALUE / 2 : random.nextLong(2_000_000_000_000L);
                for (int c = random.nextInt(60); c > 0; c--) {
                    long min = time + 1 + random.nextLong(1L << random.nextInt(1, 40));
                    time = min + random.nextLong(1L << random.nextInt(1, 30));
                    list.add(min, time, random.nextLong());
                }
                positions.add(packed.position());
                assertEquals(list.count, packed.add(list, Long.MIN_VALUE, Long.MAX_VALUE));
                lists.add(list);
            }
            packed.trim();
            ChunkList read = new ChunkList();
            for (int i = 0; i < lists.size(); i++) {
                ChunkList list = lists.get(i);
                packed.read(positions.get(i), list.count, read);
                assertEquals(list.count, read.count);
                assertArrayEquals(Arrays.copyOf(list.minMs, list.count), Arrays.copyOf(read.minMs, list.count));
                assertArrayEquals(Arrays.copyOf(list.maxMs, list.count), Arrays.copyOf(read.maxMs, list.count));
                assertArrayEquals(Arrays.copyOf(list.ref, list.count), Arrays.copyOf(read.ref, list.count));
            }
        });
    }

    @Test
    void keepsWhatTouchesTheRange() {
        ChunkList list = new ChunkList();
        list.add(0, 9, 8);
        list.add(10, 19, 100);
        list.add(20, 29, 200);
        PackedChunks packed = new PackedChunks();
        assertEquals(2, packed.add(list, 19, 20));
        ChunkList read = new ChunkList();
        packed.read(0, 2, read);
        assertArrayEquals(new long[] {100, 200}, Arrays.copyOf(read.ref, 2));
        assertEquals(0, packed.add(list, 30, 40));
    }
}
