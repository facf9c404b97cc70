package io.engram.tsdb.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.labels.Matcher.Type;
import io.engram.tsdb.slab.ByteSlab;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class LabelIndexTest {
    private final ByteSlab slab = new ByteSlab();
    private final LabelIndex index = new LabelIndex(slab);

    @Test
    void givesBackTheBytesItWasGiven() {
        Labels labels = Labels.of("__name__", "up", "job", "x".repeat(300), "zürich", "\uD83D\uDE00");
        byte[] bytes = Canonical.bytes(labels);
        byte[] padded = new byte[bytes.length + 7];
        System.arraycopy(bytes, 0, padded, 5, bytes.length);

        assertEquals(3, index.addSeries(0, padded, 5, bytes.length));

        try (LabelView view = index.view()) {
            assertEquals(labels, view.labels(0));
            byte[] out = new byte[view.canonicalLength(0) + 2];
            assertEquals(bytes.length, view.copyCanonical(0, out, 2));
            assertArrayEquals(bytes, Arrays.copyOfRange(out, 2, out.length));
        }
    }

    @Test
    void internsAPairOnce() {
        Canonical.add(index, 0, Labels.of("a", "1", "b", "1"));
        Canonical.add(index, 1, Labels.of("b", "1", "c", "1"));
        int[] first = new int[2];
        int[] second = new int[2];
        assertEquals(2, index.pairIds(0, first));
        assertEquals(2, index.pairIds(1, second));
        assertEquals(first[1], second[0]);
        assertEquals(3, index.pairCount());
        assertEquals(3, index.pairLimit());
    }

    @Test
    void pairsRestoredFromALogMakeTheSameSeries() {
        Canonical.add(index, 0, Labels.of("a", "1", "b", "2"));
        var restored = new LabelIndex(slab);
        int[] ids = new int[index.pairLimit()];
        for (int pair = 0; pair < ids.length; pair++) {
            byte[] text = new byte[index.pairLength(pair)];
            index.copyPair(pair, text, 0);
            ids[pair] = restored.internPair(text, 0, text.length);
        }
        restored.addSeries(5, ids, 0, 2);
        try (LabelView view = restored.view()) {
            assertEquals(Labels.of("a", "1", "b", "2"), view.labels(5));
            assertEquals(new Label("b", "2"), view.label(ids[1]));
            assertEquals(RoaringBitmap.bitmapOf(5), view.all());
            assertEquals(RoaringBitmap.bitmapOf(5), view.select(List.of(new Matcher(Type.EQUAL, "c", ""))));
        }
    }

    @Test
    void refusesNumbersThatHaveBeenPassed() {
        Canonical.add(index, 3, Labels.of("a", "1"));
        assertThrows(IllegalArgumentException.class, () -> Canonical.add(index, 3, Labels.of("a", "2")));
    }

    @Test
    void refusesBytesThatAreNotCanonical() {
        byte[] good = Canonical.bytes(Labels.of("name", "value", "other", "value"));
        for (int cut = 1; cut < good.length; cut++) {
            int length = cut;
            if (length != Canonical.bytes(Labels.of("name", "value")).length) {
                assertThrows(IllegalArgumentException.class, () -> index.addSeries(0, good, 0, length), "cut " + cut);
            }
        }
        assertThrows(IllegalArgumentException.class, () -> index.addSeries(0, good, 0, 0));
        assertEquals(0, index.seriesCount());
        index.addSeries(0, good, 0, good.length);
        assertEquals(1, index.seriesCount());
    }

    @Test
    void aViewDoesNotSeeWhatCameLater() {
        Canonical.add(index, 0, Labels.of("a", "1"));
        try (LabelView view = index.view()) {
            Canonical.add(index, 1, Labels.of("a", "1", "b", "1"));
            assertEquals(RoaringBitmap.bitmapOf(0), view.select(List.of(Matcher.equal("a", "1"))));
            assertEquals(RoaringBitmap.bitmapOf(0), view.all());
            assertEquals(List.of("a"), view.labelNames(null));
            assertEquals(List.of(), view.labelValues("b", null));
            assertFalse(view.has(1));
        }
        try (LabelView view = index.view()) {
            assertEquals(RoaringBitmap.bitmapOf(0, 1), view.select(List.of(Matcher.equal("a", "1"))));
            assertTrue(view.has(1));
        }
    }

    @Test
    void removedSeriesStayReadableForViewsTakenBefore() {
        Canonical.add(index, 0, Labels.of("a", "1"));
        Canonical.add(index, 1, Labels.of("a", "2"));
        LabelView before = index.view();
        LabelView alsoBefore = index.view();
        long used = slab.usedBytes();

        index.removeSeries(RoaringBitmap.bitmapOf(1, 77));

        assertEquals(Labels.of("a", "2"), before.labels(1));
        assertEquals(1, index.seriesCount());
        assertEquals(1, index.pairCount());
        try (LabelView after = index.view()) {
            assertEquals(0, after.labelCount(1));
            assertEquals(List.of("1"), after.labelValues("a", null));
            assertEquals(RoaringBitmap.bitmapOf(0), after.all());
        }
        before.close();
        before.close();
        assertEquals(used, slab.usedBytes());
        alsoBefore.close();
        assertTrue(slab.usedBytes() < used);
    }

    @Test
    void aPairThatComesBackGetsAnotherId() {
        Canonical.add(index, 0, Labels.of("a", "1"));
        index.removeSeries(RoaringBitmap.bitmapOf(0));
        assertEquals(0, index.pairLength(0));
        Canonical.add(index, 1, Labels.of("a", "1"));
        int[] ids = new int[1];
        index.pairIds(1, ids);
        assertEquals(1, ids[0]);
        try (LabelView view = index.view()) {
            assertEquals(RoaringBitmap.bitmapOf(1), view.select(List.of(Matcher.equal("a", "1"))));
        }
    }

    @Test
    void closingGivesEverythingBack() {
        var other = new LabelIndex(slab);
        Canonical.add(other, 0, Labels.of("a", "1"));
        long used = slab.usedBytes();
        for (int i = 0; i < 1000; i++) {
            Canonical.add(index, i * 2, Labels.of("a", "1", "i", "value" + i));
        }
        index.removeSeries(RoaringBitmap.bitmapOf(4, 6, 8));
        LabelView view = index.view();
        index.close();
        assertEquals(Labels.of("a", "1", "i", "value1"), view.labels(2));
        view.close();
        assertEquals(used, slab.usedBytes());
    }

    @Test
    void aSmallTenantIsCheap() {
        for (int i = 0; i < 100; i++) {
            Canonical.add(index, i, TestSeries.kubernetes(i));
        }
        IndexBytes bytes = index.bytes();
        assertEquals(slab.usedBytes(), bytes.pairText() + slabBytesOfSeries(100));
        assertTrue(bytes.total() < 15_000, bytes.toString());
    }

    private long slabBytesOfSeries(int count) {
        long total = 0;
        int[] ids = new int[64];
        for (int i = 0; i < count; i++) {
            int length = 1;
            int labels = index.pairIds(i, ids);
            for (int k = 0; k < labels; k++) {
                length += PairBytes.varintLength(ids[k]);
            }
            total += ByteSlab.slotBytes(length);
        }
        return total;
    }
}
