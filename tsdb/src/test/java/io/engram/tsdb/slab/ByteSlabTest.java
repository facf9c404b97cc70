package io.engram.tsdb.slab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.engram.model.testing.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ByteSlabTest {
    private record Slot(int address, byte[] content) {}

    @Test
    void slotsKeepTheirBytesWhileOthersComeAndGo() {
        Seeds.check(20, random -> {
            var slab = new ByteSlab();
            List<Slot> slots = new ArrayList<>();
            long expected = 0;
            for (int step = 0; step < 3000; step++) {
                if (slots.isEmpty() || random.nextInt(3) > 0) {
                    Slot slot = fill(slab, random);
                    assertNotEquals(ByteSlab.NONE, slot.address);
                    slots.add(slot);
                    expected += ByteSlab.slotBytes(slot.content.length);
                } else {
                    Slot slot = slots.remove(random.nextInt(slots.size()));
                    checkContent(slab, slot);
                    slab.free(slot.address, slot.content.length);
                    expected -= ByteSlab.slotBytes(slot.content.length);
                }
                assertEquals(expected, slab.usedBytes());
            }
            for (Slot slot : slots) {
                checkContent(slab, slot);
                slab.free(slot.address, slot.content.length);
            }
            assertEquals(0, slab.usedBytes());
        });
    }

    @Test
    void takesNoNewPageForWhatWasFreed() {
        var slab = new ByteSlab();
        int[] addresses = new int[50_000];
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < addresses.length; i++) {
                addresses[i] = slab.allocate(20 + i % 30);
            }
            long reserved = slab.reservedBytes();
            for (int i = 0; i < addresses.length; i++) {
                slab.free(addresses[i], 20 + i % 30);
            }
            if (round > 0) {
                assertEquals(reserved, slab.reservedBytes());
            }
        }
        assertEquals((50_000L * 36 / ByteSlab.PAGE_BYTES + 1) * ByteSlab.PAGE_BYTES, slab.reservedBytes());
    }

    @Test
    void refusesWhatNoPageHolds() {
        var slab = new ByteSlab();
        assertThrows(IllegalArgumentException.class, () -> slab.allocate(ByteSlab.PAGE_BYTES));
        assertThrows(IllegalArgumentException.class, () -> slab.allocate(-1));
        int largest = ByteSlab.PAGE_BYTES - 4;
        int address = slab.allocate(largest);
        assertEquals(largest, ByteSlab.slotBytes(largest));
        slab.free(address, largest);
        assertEquals(address, slab.allocate(largest));
    }

    private static Slot fill(ByteSlab slab, SplittableRandom random) {
        int length = random.nextInt(20) == 0 ? random.nextInt(40_000) : random.nextInt(120);
        byte[] content = new byte[length];
        random.nextBytes(content);
        int address = slab.allocate(length);
        System.arraycopy(content, 0, slab.page(address), ByteSlab.offset(address), length);
        return new Slot(address, content);
    }

    private static void checkContent(ByteSlab slab, Slot slot) {
        int from = ByteSlab.offset(slot.address);
        assertArrayEquals(slot.content, Arrays.copyOfRange(slab.page(slot.address), from, from + slot.content.length));
    }
}
