package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final Turns turns = new Turns(1, 2);

    @Test
    void comeInTheOrderInWhichTheyWereAskedFor() {
        CountDownLatch first = turns.ask();
        CountDownLatch second = turns.ask();
        CountDownLatch third = turns.ask();

        assertEquals(0, first.getCount());
        assertEquals(1, second.getCount());
        assertNull(turns.ask());
        assertEquals(2, turns.waiting());

        turns.end();

        assertEquals(0, second.getCount());
        assertEquals(1, third.getCount());
        assertEquals(1, turns.running());
    }

    @Test
    void passOverWhoGaveUp() {
        CountDownLatch first = turns.ask();
        CountDownLatch second = turns.ask();
        CountDownLatch third = turns.ask();

        assertTrue(turns.giveUp(second));
        assertFalse(turns.giveUp(first), "it has come already");
        turns.end();

        assertEquals(1, second.getCount());
        assertEquals(0, third.getCount());

        turns.end();

        assertEquals(0, turns.running());
    }
}
