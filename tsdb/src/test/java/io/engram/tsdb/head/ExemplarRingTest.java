package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import io.engram.model.write.SampleStatus;
import io.engram.tsdb.slab.ByteSlab;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExemplarRingTest {
    private record Entry(int series, long timeMs, long bits, String labels) {}

    private static final long ONE = Double.doubleToRawLongBits(1);

    private static List<Entry> all(ExemplarRing ring) {
        List<Entry> found = new ArrayList<>();
        ring.forEach((of, time, bits, text, offset, length) ->
                found.add(new Entry(of, time, bits, new String(text, offset, length, StandardCharsets.UTF_8))));
        return found;
    }

    private static List<Entry> of(ExemplarRing ring, int series, long minMs, long maxMs) {
        List<Entry> found = new ArrayList<>();
        ring.forEach(
                series,
                minMs,
                maxMs,
                (of, time, bits, text, offset, length) ->
                        found.add(new Entry(of, time, bits, new String(text, offset, length, StandardCharsets.UTF_8))));
        return found;
    }

    private static SampleStatus append(ExemplarRing ring, Entry entry) {
        byte[] text = entry.labels.getBytes(StandardCharsets.UTF_8);
        SampleStatus status = ring.judge(entry.series, entry.timeMs, entry.bits, text, text.length);
        if (status == SampleStatus.STORED) {
            ring.add(entry.series, entry.timeMs, entry.bits, text, 0, text.length);
        }
        return status;
    }

    @Test
    void judgesByTheNewestOfTheSeriesAndKnowsRepetitions() {
        ExemplarRing ring = new ExemplarRing(new ByteSlab(), 10);
        Entry first = new Entry(1, 100, ONE, "a");
        Entry second = new Entry(1, 200, ONE, "a");

        assertEquals(SampleStatus.STORED, append(ring, first));
        assertEquals(SampleStatus.STORED, append(ring, second));
        assertEquals(SampleStatus.DUPLICATE, append(ring, second));
        assertEquals(SampleStatus.DUPLICATE, append(ring, first), "a retry of more than one");
        assertEquals(SampleStatus.EXEMPLAR_REFUSED, append(ring, new Entry(1, 150, ONE, "a")));
        assertEquals(SampleStatus.EXEMPLAR_REFUSED, append(ring, new Entry(1, 100, ONE, "b")));
        assertEquals(SampleStatus.STORED, append(ring, new Entry(2, 100, ONE, "a")), "another series");
        assertEquals(
                SampleStatus.STORED,
                append(ring, new Entry(1, 200, Double.doubleToRawLongBits(2), "a")),
                "another bucket's at the same time");
        assertEquals(SampleStatus.EXEMPLAR_REFUSED, append(ring, new Entry(1, 200, ONE, "b")));
        assertEquals(4, ring.live());
    }

    @Test
    void doesAsAPlainListWould() {
        Seeds.check(300, random -> {
            ByteSlab slab = new ByteSlab();
            int capacity = random.nextInt(1, 200);
            ExemplarRing ring = new ExemplarRing(slab, capacity);
            List<Entry> model = new ArrayList<>();
            long time = 0;
            boolean holes = false;
            for (int step = random.nextInt(500); step > 0; step--) {
                switch (random.nextInt(30)) {
                    case 0 -> {
                        int gone = random.nextInt(10);
                        ring.remove(gone);
                        holes = true;
                        model.removeIf(entry -> entry.series == gone);
                    }
                    case 1 -> {
                        long cutMs = time - random.nextInt(50);
                        ring.truncate(cutMs);
                        holes = true;
                        model.removeIf(entry -> entry.timeMs < cutMs);
                    }
                    case 2 -> {
                        capacity = random.nextInt(0, 200);
                        ring = ring.resized(capacity);
                        holes = false;
                        model.subList(0, Math.max(0, model.size() - capacity)).clear();
                        if (capacity == 0) {
                            assertEquals(0, slab.usedBytes());
                        }
                    }
                    default -> {
                        Entry entry = new Entry(
                                random.nextInt(10), time++, ONE, "l".repeat(random.nextInt(5) * random.nextInt(5)));
                        assertEquals(SampleStatus.STORED, append(ring, entry));
                        if (capacity > 0) {
                            model.add(entry);
                            // Places of removed series are free, and the circle need not be full when it turns.
                            boolean turned = !all(ring).equals(model);
                            assertTrue(!turned || holes || model.size() > capacity, "dropped before it had to");
                            if (turned) {
                                model.removeFirst();
                            }
                        }
                    }
                }
                assertEquals(model, all(ring));
                assertTrue(ring.live() <= capacity);
                int series = random.nextInt(10);
                long minMs = time - random.nextInt(100);
                long maxMs = minMs + random.nextInt(100);
                assertEquals(
                        model.stream()
                                .filter(e -> e.series == series && e.timeMs >= minMs && e.timeMs <= maxMs)
                                .toList(),
                        of(ring, series, minMs, maxMs));
            }
        });
    }
}
