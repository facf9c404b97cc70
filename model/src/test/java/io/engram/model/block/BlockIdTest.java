package io.engram.model.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BlockIdTest {
    @Test
    void timeOfAnIdThatPrometheusMade() {
        BlockId id = BlockId.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV"); // the example of the specification

        assertEquals(1_469_922_850_259L, id.timeMs());
        assertEquals("01ARZ3NDEKTSV4RRFFQ69G5FAV", id.toString());
    }

    @Test
    void endsOfTheRange() {
        assertEquals("00000000000000000000000000", BlockId.of(0, 0, 0).toString());
        assertEquals(
                "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
                BlockId.of((1L << 48) - 1, 0xffff, -1).toString());
        assertThrows(IllegalArgumentException.class, () -> BlockId.of(1L << 48, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> BlockId.of(-1, 0, 0));
    }

    @Test
    void textAndOrderAgreeWithTheNumber() {
        Seeds.check(2000, random -> {
            BlockId a = BlockId.create(random.nextLong(1L << 48), random);
            BlockId b = random.nextBoolean()
                    ? BlockId.create(a.timeMs(), random)
                    : BlockId.create(random.nextLong(1L << 48), random);

            assertEquals(a, BlockId.parse(a.toString()));
            assertEquals(
                    Integer.signum(a.compareTo(b)), Integer.signum(a.toString().compareTo(b.toString())));
        });
    }

    @Test
    void refusesWhatIsNoId() {
        Stream.of(
                        "",
                        "01ARZ3NDEKTSV4RRFFQ69G5FA",
                        "01ARZ3NDEKTSV4RRFFQ69G5FAVV",
                        "81ARZ3NDEKTSV4RRFFQ69G5FAV",
                        "01ARZ3NDEKTSV4RRFFQ69G5FAU",
                        "01arz3ndektsv4rrffq69g5fav",
                        "01ARZ3NDEKTSV4RRFFQ69G5FA/",
                        "01ARZ3NDEKTSV4RRFFQ69G5FAé")
                .forEach(text -> {
                    assertTrue(BlockId.tryParse(text).isEmpty(), text);
                    assertThrows(IllegalArgumentException.class, () -> BlockId.parse(text), text);
                });
    }
}
