package io.engram.tsdb.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.labels.Matcher.Type;
import io.engram.model.testing.Seeds;
import io.engram.tsdb.slab.ByteSlab;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

/** Readers while the writer adds and removes. A series' number says its labels, so each reader can judge by itself. */
class LabelIndexConcurrencyTest {
    private static final int SERIES = 40_000;

    /** Numbers that divide by this are never removed. */
    private static final int KEPT = 3;

    private final ByteSlab slab = new ByteSlab();
    private final LabelIndex index = new LabelIndex(slab);
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    @Test
    void readersSeeWholeSeriesWhileOthersComeAndGo() throws InterruptedException {
        Thread[] readers = new Thread[3];
        for (int i = 0; i < readers.length; i++) {
            SplittableRandom random = Seeds.random().split();
            readers[i] = Thread.ofPlatform().start(() -> read(random));
        }
        int removedBelow = 0;
        for (int number = 0; number < SERIES && failure.get() == null; number++) {
            Canonical.add(index, number, labels(number));
            if (number % 5000 == 4999) {
                index.removeSeries(between(removedBelow, number - 2500));
                removedBelow = number - 2500;
            }
        }
        done.set(true);
        for (Thread reader : readers) {
            reader.join();
        }
        assertNull(failure.get());
        index.close();
        assertEquals(0, slab.usedBytes());
    }

    private static Labels labels(int number) {
        return Labels.of(
                "all",
                "x",
                "number",
                "n" + number,
                "mod",
                "m" + number % 7,
                "group",
                "g" + number / 100,
                "odd",
                number % 2 == 1 ? "yes" : "");
    }

    private static RoaringBitmap between(int from, int to) {
        var dead = new RoaringBitmap();
        for (int number = from; number < to; number++) {
            if (number % KEPT != 0) {
                dead.add(number);
            }
        }
        return dead;
    }

    private void read(SplittableRandom random) {
        try {
            while (!done.get()) {
                try (LabelView view = index.view()) {
                    check(view, random);
                }
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private static void check(LabelView view, SplittableRandom random) {
        int limit = view.seriesLimit();
        int mod = random.nextInt(7);
        List<Matcher> matchers =
                switch (random.nextInt(5)) {
                    case 0 -> List.of(Matcher.equal("mod", "m" + mod));
                    case 1 -> List.of(Matcher.equal("all", "x"), new Matcher(Type.REGEX, "mod", "m" + mod + ".*"));
                    case 2 -> List.of(Matcher.equal("mod", "m" + mod), new Matcher(Type.EQUAL, "odd", ""));
                    case 3 -> List.of(Matcher.equal("mod", "m" + mod), new Matcher(Type.REGEX, "number", "n[0-9]*1"));
                    default -> List.of(Matcher.equal("mod", "m" + mod), new Matcher(Type.NOT_REGEX, "group", "g1.+"));
                };
        RoaringBitmap found = view.select(matchers);
        RoaringBitmap kept = new RoaringBitmap();
        for (int number = 0; number < limit; number += KEPT) {
            Labels labels = labels(number);
            if (matchers.stream().allMatch(matcher -> matcher.matches(labels.get(matcher.name())))) {
                kept.add(number);
            }
        }
        assertTrue(found.contains(kept), () -> "missing from " + matchers + " below " + limit);
        found.forEach((int number) -> {
            assertTrue(number < limit);
            Labels labels = view.labels(number);
            if (!labels.isEmpty()) {
                assertEquals(labels(number), labels);
                assertTrue(matchers.stream().allMatch(matcher -> matcher.matches(labels.get(matcher.name()))));
            }
        });
    }
}
