package io.engram.tsdb.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which series have a pair, for every pair.
 *
 * <pre>
 * 1 series         the number itself, in a column of ints
 * 2 to 32 series   int[]: count, then numbers in order
 * more             {@link LongPostings}: a bitmap that never changes and the newest numbers beside it
 * </pre>
 *
 * <p>One writer, who adds numbers in rising order. A reader sees at least the numbers below the limit of its view, and
 * cuts off what it sees above.
 */
final class Postings {
    static final int MAX_SMALL = 32;

    /** In the column of single numbers: the pair's last series is gone. */
    private static final int DEAD = -1;

    private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

    /** Series number plus one; 0 where no series has had the pair yet. Stays when the list grows. */
    private final IntColumn single = new IntColumn();

    private final RefColumn lists = new RefColumn();
    private volatile long listBytes;

    void add(int pairId, int series) {
        Object list = lists.get(pairId);
        if (list == null) {
            int first = single.get(pairId);
            if (first == 0) {
                single.set(pairId, series + 1);
            } else {
                replace(pairId, null, new int[] {2, first - 1, series});
            }
        } else if (list instanceof int[] small) {
            addSmall(pairId, small, series);
        } else {
            LongPostings known = (LongPostings) list;
            LongPostings after = known.plus(series);
            if (after != known) {
                replace(pairId, known, after);
            }
        }
    }

    /** Takes away series; returns whether none is left, and the pair is dead. */
    boolean remove(int pairId, RoaringBitmap dead) {
        Object list = lists.get(pairId);
        if (list == null) {
            int only = single.get(pairId);
            if (only > 0 && dead.contains(only - 1)) {
                single.set(pairId, DEAD);
            }
            return single.get(pairId) == DEAD;
        }
        RoaringBitmap left = bitmap(pairId, Integer.MAX_VALUE);
        left.andNot(dead);
        int count = left.getCardinality();
        if (count > MAX_SMALL) {
            replace(pairId, list, LongPostings.of(left));
        } else if (count > 1) {
            int[] small = new int[count + 1];
            small[0] = count;
            System.arraycopy(left.toArray(), 0, small, 1, count);
            replace(pairId, list, small);
        } else {
            single.set(pairId, count == 0 ? DEAD : left.first() + 1);
            replace(pairId, list, null);
        }
        return count == 0;
    }

    boolean isDead(int pairId) {
        return single.get(pairId) == DEAD;
    }

    /** Whether some series below {@code limit} has the pair. */
    boolean isVisible(int pairId, int limit) {
        Object list = lists.get(pairId);
        int first = list == null ? single.get(pairId) - 1 : list instanceof int[] small ? small[1] : first(list);
        return first >= 0 && first < limit;
    }

    private static int first(Object list) {
        return ((LongPostings) list).base().first();
    }

    /** How many series have the pair, about: those above a reader's limit count. */
    int cardinality(int pairId) {
        return switch (lists.get(pairId)) {
            case null -> single.get(pairId) > 0 ? 1 : 0;
            case int[] small -> (int) INTS.getAcquire(small, 0);
            case Object large -> ((LongPostings) large).cardinality();
        };
    }

    /** The series below {@code limit} that have the pair. The caller owns the result. */
    RoaringBitmap bitmap(int pairId, int limit) {
        var union = new PostingsUnion(limit);
        union.add(this, pairId);
        return union.result();
    }

    /** Hands the pair's series to a union. */
    void addTo(int pairId, PostingsUnion union) {
        switch (lists.get(pairId)) {
            case null -> {
                int only = single.get(pairId);
                if (only > 0) {
                    union.addNumber(only - 1);
                }
            }
            case int[] small -> union.addNumbers(small, 1, (int) INTS.getAcquire(small, 0));
            case Object large -> ((LongPostings) large).addTo(union);
        }
    }

    /** Keeps in {@code result} what also has the pair. */
    void retain(int pairId, RoaringBitmap result) {
        if (lists.get(pairId) instanceof LongPostings large) {
            large.retain(result);
        } else {
            result.and(bitmap(pairId, Integer.MAX_VALUE));
        }
    }

    /** Takes from {@code result} what has the pair. */
    void subtract(int pairId, RoaringBitmap result) {
        if (lists.get(pairId) instanceof LongPostings large) {
            large.subtract(result);
        } else {
            result.andNot(bitmap(pairId, Integer.MAX_VALUE));
        }
    }

    /** How many series of the selection have the pair. */
    int cardinality(int pairId, RoaringBitmap selection) {
        return switch (lists.get(pairId)) {
            case null -> {
                int only = single.get(pairId);
                yield only > 0 && selection.contains(only - 1) ? 1 : 0;
            }
            case int[] small -> {
                int count = (int) INTS.getAcquire(small, 0);
                int found = 0;
                for (int i = 1; i <= count; i++) {
                    found += selection.contains(small[i]) ? 1 : 0;
                }
                yield found;
            }
            case Object large -> ((LongPostings) large).cardinality(selection);
        };
    }

    boolean intersects(int pairId, RoaringBitmap selection) {
        return switch (lists.get(pairId)) {
            case null -> {
                int only = single.get(pairId);
                yield only > 0 && selection.contains(only - 1);
            }
            case int[] small -> {
                int count = (int) INTS.getAcquire(small, 0);
                boolean found = false;
                for (int i = 1; i <= count && !found; i++) {
                    found = selection.contains(small[i]);
                }
                yield found;
            }
            case Object large -> ((LongPostings) large).intersects(selection);
        };
    }

    long bytes() {
        return single.bytes() + lists.bytes() + listBytes;
    }

    private void addSmall(int pairId, int[] small, int series) {
        int count = small[0];
        if (count + 1 < small.length) {
            small[count + 1] = series;
            INTS.setRelease(small, 0, count + 1);
        } else if (count < MAX_SMALL) {
            int[] grown = Arrays.copyOf(small, Math.min(MAX_SMALL, count * 2) + 1);
            grown[count + 1] = series;
            grown[0] = count + 1;
            replace(pairId, small, grown);
        } else {
            replace(pairId, small, LongPostings.of(small, 1, count, series));
        }
    }

    private void replace(int pairId, Object before, Object after) {
        lists.set(pairId, after);
        listBytes += bytesOf(after) - bytesOf(before);
    }

    private static long bytesOf(Object list) {
        return switch (list) {
            case null -> 0;
            case int[] small -> HeapSize.array(small.length, 4);
            case Object large -> ((LongPostings) large).bytes();
        };
    }
}
