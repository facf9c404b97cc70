package io.engram.tsdb.index;

import io.engram.model.regex.Regex;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.roaringbitmap.RoaringBitmap;

/**
 * What queries on one name have worked out, kept for the next: values in order, series that have the name, pairs that a
 * pattern matches. Nothing is thrown away when pairs come: each part knows up to where it has looked and looks at the
 * rest. When pairs go, the parts are cleaned by the next reader of the new generation.
 *
 * <p>Any thread; one at a time works here, the others wait. Results never change afterwards.
 */
final class NameCache {
    private static final int MAX_PATTERNS = 64;
    private static final int MIN_PATTERN_IDS = 4096;
    private static final int[] NO_PAIRS = new int[0];

    private record PatternKey(String pattern, boolean matching) {}

    private record Pairs(int[] ids, int upTo) {}

    private int generation;
    private Pairs sorted = new Pairs(NO_PAIRS, 0);
    private RoaringBitmap any;
    private int anyUpTo;
    private final Map<PatternKey, Pairs> patterns = new LinkedHashMap<>(4, 0.75f, true);
    private int patternIds;

    /** The name's pairs in the order of their values' bytes. */
    synchronized int[] sorted(NameEntry name, Snapshot at) {
        clean(at);
        int newest = name.newestPair;
        if (sorted.upTo < newest) {
            int[] added = ValueSorter.sort(pairsFrom(name, sorted.upTo, at), at);
            sorted = new Pairs(ValueSorter.merge(sorted.ids, added, at), newest);
        }
        return sorted.ids;
    }

    /** The series that have the name with whatever value; may hold some above the limit. Not to be changed. */
    synchronized RoaringBitmap any(NameEntry name, Snapshot at) {
        clean(at);
        if (any == null || anyUpTo < at.limit()) {
            RoaringBitmap known = any;
            int missing = at.limit() - anyUpTo;
            any = known != null && missing < name.pairCount ? withNewSeries(known, name, at) : unionOfAll(name, at);
            any.runOptimize();
            anyUpTo = at.limit();
        }
        return any;
    }

    /** The name's pairs, by id, whose value the pattern matches, or does not. Not to be changed. */
    synchronized int[] pairs(NameEntry name, Regex regex, boolean matching, Snapshot at) {
        clean(at);
        var key = new PatternKey(regex.pattern(), matching);
        Pairs known = patterns.get(key);
        int newest = name.newestPair;
        if (known == null || known.upTo < newest) {
            int[] before = known == null ? NO_PAIRS : known.ids;
            int[] added = pairsFrom(name, known == null ? 0 : known.upTo, at);
            int count = 0;
            for (int id : added) {
                if (at.matches(id, regex) == matching) {
                    added[count++] = id;
                }
            }
            int[] ids = Arrays.copyOf(before, before.length + count);
            System.arraycopy(added, 0, ids, before.length, count);
            known = new Pairs(ids, newest);
            keep(key, known, name);
        }
        return known.ids;
    }

    synchronized boolean hasPairs(Regex regex, boolean matching) {
        return patterns.containsKey(new PatternKey(regex.pattern(), matching));
    }

    synchronized boolean hasAny() {
        return any != null;
    }

    synchronized long bytes() {
        return HeapSize.object(32)
                + HeapSize.array(sorted.ids.length, 4)
                + (any == null ? 0 : HeapSize.bitmap(any))
                + 4L * patternIds
                + patterns.size() * 128L;
    }

    private void keep(PatternKey key, Pairs pairs, NameEntry name) {
        Pairs before = patterns.put(key, pairs);
        patternIds += pairs.ids.length - (before == null ? 0 : before.ids.length);
        int mostIds = Math.max(MIN_PATTERN_IDS, 2 * name.pairCount);
        var eldest = patterns.entrySet().iterator();
        while (patterns.size() > MAX_PATTERNS || (patternIds > mostIds && patterns.size() > 1)) {
            patternIds -= eldest.next().getValue().ids.length;
            eldest.remove();
        }
    }

    /**
     * Takes out the pairs and series that removals before this view made disappear. A dead pair is known by its flag:
     * its text may be gone.
     */
    private void clean(Snapshot at) {
        if (generation >= at.generation()) {
            return;
        }
        generation = at.generation();
        sorted = new Pairs(withoutDead(sorted.ids, at), sorted.upTo);
        patternIds = 0;
        for (Map.Entry<PatternKey, Pairs> entry : patterns.entrySet()) {
            Pairs cleaned = new Pairs(withoutDead(entry.getValue().ids, at), entry.getValue().upTo);
            entry.setValue(cleaned);
            patternIds += cleaned.ids.length;
        }
        if (any != null) {
            any = RoaringBitmap.andNot(any, at.absent());
        }
    }

    private static int[] withoutDead(int[] ids, Snapshot at) {
        int[] alive = new int[ids.length];
        int count = 0;
        for (int id : ids) {
            if (!at.postings().isDead(id)) {
                alive[count++] = id;
            }
        }
        return count == ids.length ? ids : Arrays.copyOf(alive, count);
    }

    /** Living pairs of the name with ids from {@code from} on, in the order of their ids. */
    private static int[] pairsFrom(NameEntry name, int from, Snapshot at) {
        int[] ids = new int[16];
        int count = 0;
        for (int id = name.newestPair - 1; id >= from; id = at.pairs().olderOfName(id) - 1) {
            if (!at.postings().isDead(id)) {
                if (count == ids.length) {
                    ids = Arrays.copyOf(ids, count * 2);
                }
                ids[count++] = id;
            }
        }
        int[] rising = new int[count];
        for (int i = 0; i < count; i++) {
            rising[i] = ids[count - 1 - i];
        }
        return rising;
    }

    private static RoaringBitmap unionOfAll(NameEntry name, Snapshot at) {
        var union = new PostingsUnion(at.limit());
        for (int id = name.newestPair - 1; id >= 0; id = at.pairs().olderOfName(id) - 1) {
            union.add(at.postings(), id);
        }
        return union.result();
    }

    private RoaringBitmap withNewSeries(RoaringBitmap known, NameEntry name, Snapshot at) {
        RoaringBitmap result = known.clone();
        for (int number = anyUpTo; number < at.limit(); number++) {
            if (at.has(number) && at.pairOf(number, name) >= 0) {
                result.add(number);
            }
        }
        return result;
    }
}
