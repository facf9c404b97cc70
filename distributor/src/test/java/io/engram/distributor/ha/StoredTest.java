package io.engram.distributor.ha;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class StoredTest {
    @Test
    void whatIsFarMoreThanUsualIsUsualOnceItComesAgain() {
        Stored stored = moved(Stored.NOTHING.upTo(0), 1000, 20);
        assertEquals(1000, stored.usualMs());
        stored = moved(stored, 12_000, 1);
        assertEquals(1000, stored.usualMs(), "a hole");
        stored = moved(stored, 1000, 5);
        assertEquals(1000, stored.usualMs());
        assertEquals(12_000, moved(stored, 12_000, 1).usualMs(), "one of few targets");
    }

    @Test
    void oneHoleIsForgotten() {
        Stored stored = moved(moved(Stored.NOTHING.upTo(0), 1000, 20), 12_000, 1);
        assertEquals(1000, moved(moved(stored, 1000, 60), 12_000, 1).usualMs());
    }

    @Test
    void whatIsLittleMoreIsUsualAtOnceAndWhatIsLessSlowly() {
        Stored stored = moved(moved(Stored.NOTHING.upTo(0), 1000, 20), 2000, 1);
        assertEquals(2000, stored.usualMs());
        assertEquals(1938, moved(stored, 1000, 1).usualMs());
    }

    private static Stored moved(Stored from, long moveMs, int times) {
        Stored stored = from;
        for (int i = 0; i < times; i++) {
            stored = stored.upTo(stored.newestMs() + moveMs);
        }
        return stored;
    }
}
