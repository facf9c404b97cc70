package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RangeTest {
    @Test
    void mergesOverGapsUpToTheLimit() {
        List<Range> wanted = List.of(new Range(0, 10), new Range(15, 20), new Range(26, 30));
        assertEquals(List.of(new Range(0, 20), new Range(26, 30)), Range.coalesce(wanted, 5, 100));
        assertEquals(List.of(new Range(0, 30)), Range.coalesce(wanted, 6, 100));
        assertEquals(wanted, Range.coalesce(wanted, 4, 100));
        assertEquals(List.of(), Range.coalesce(List.of(), 4, 100));
    }

    @Test
    void coversEverythingOnceInOrderAndNoLargerThanAllowed() {
        Seeds.check(200, random -> {
            List<Range> wanted = new ArrayList<>();
            long at = 0;
            for (int i = random.nextInt(40); i > 0; i--) {
                at += random.nextInt(30);
                long end = at + 1 + random.nextInt(50);
                wanted.add(new Range(at, end));
                at = random.nextBoolean() ? end : at;
            }
            long maxBytes = 1 + random.nextInt(200);
            List<Range> merged = Range.coalesce(wanted, random.nextInt(20), maxBytes);
            for (Range range : wanted) {
                assertTrue(
                        merged.stream().anyMatch(m -> m.offset() <= range.offset() && range.end() <= m.end()),
                        range + " in " + merged);
            }
            for (int i = 0; i < merged.size(); i++) {
                Range range = merged.get(i);
                assertTrue(
                        range.bytes() <= maxBytes || wanted.stream().anyMatch(w -> w.bytes() >= range.bytes()),
                        range::toString);
                assertTrue(i == 0 || merged.get(i - 1).offset() <= range.offset());
            }
        });
    }
}
