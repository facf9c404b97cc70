package io.engram.tsdb.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * The series of a frequent pair: a bitmap with runs that never changes, because readers hold it (RoaringBitmap is not
 * safe for threads), and a tail of numbers above it. A full tail is folded into a new bitmap.
 */
final class LongPostings {
    private static final int FIRST_TAIL = 8;
    private static final int MIN_TAIL = 32;
    private static final int MAX_TAIL = 1024;

    /** Beyond this share of the bitmap the tail may outgrow its maximum: copying must not cost more than adding. */
    private static final int MIN_COPIES_SHIFT = 9;

    private static final VarHandle LENGTH;

    static {
        try {
            LENGTH = MethodHandles.lookup().findVarHandle(LongPostings.class, "tailLength", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final RoaringBitmap base;
    private final int baseCount;
    private final int baseBytes;
    private final int[] tail;

    @SuppressWarnings("unused") // through LENGTH: written after the number, read before it
    private int tailLength;

    private LongPostings(RoaringBitmap base, int baseCount, int baseBytes, int[] tail, int tailLength) {
        this.base = base;
        this.baseCount = baseCount;
        this.baseBytes = baseBytes;
        this.tail = tail;
        LENGTH.setRelease(this, tailLength);
    }

    /** Takes over {@code base}. */
    static LongPostings of(RoaringBitmap base) {
        base.runOptimize();
        base.trim();
        return new LongPostings(base, base.getCardinality(), (int) HeapSize.bitmap(base), new int[FIRST_TAIL], 0);
    }

    static LongPostings of(int[] numbers, int from, int count, int last) {
        var base = new RoaringBitmap();
        for (int i = from; i < from + count; i++) {
            base.add(numbers[i]);
        }
        base.add(last);
        return of(base);
    }

    /** This list with one more number, higher than all: itself while there is room, else another one. */
    LongPostings plus(int series) {
        int length = tailLength;
        if (length < tail.length) {
            tail[length] = series;
            LENGTH.setRelease(this, length + 1);
            return this;
        }
        int maxTail = Math.max(Math.max(MIN_TAIL, Math.min(MAX_TAIL, baseCount >> 3)), baseCount >> MIN_COPIES_SHIFT);
        if (length < maxTail) {
            int[] grown = Arrays.copyOf(tail, Math.min(maxTail, length * 2));
            grown[length] = series;
            return new LongPostings(base, baseCount, baseBytes, grown, length + 1);
        }
        RoaringBitmap added = RoaringBitmap.bitmapOf(tail);
        added.add(series);
        added.runOptimize();
        return of(RoaringBitmap.or(base, added));
    }

    RoaringBitmap base() {
        return base;
    }

    int cardinality() {
        return baseCount + length();
    }

    int cardinality(RoaringBitmap selection) {
        int length = length();
        int found = RoaringBitmap.andCardinality(base, selection);
        for (int i = 0; i < length; i++) {
            found += selection.contains(tail[i]) ? 1 : 0;
        }
        return found;
    }

    void addTo(PostingsUnion union) {
        int length = length();
        union.addBitmap(base);
        union.addNumbers(tail, 0, length);
    }

    void retain(RoaringBitmap result) {
        int length = length();
        int[] kept = new int[length];
        int keptCount = 0;
        if (length > 0 && !result.isEmpty() && result.last() >= tail[0]) {
            // Both rise, so one pass over the part of the result above the bitmap finds what the tail shares with it.
            PeekableIntIterator candidates = result.getIntIterator();
            for (int i = 0; i < length; i++) {
                candidates.advanceIfNeeded(tail[i]);
                if (!candidates.hasNext()) {
                    break;
                }
                if (candidates.peekNext() == tail[i]) {
                    kept[keptCount++] = tail[i];
                }
            }
        }
        result.and(base);
        for (int i = 0; i < keptCount; i++) {
            result.add(kept[i]);
        }
    }

    void subtract(RoaringBitmap result) {
        int length = length();
        result.andNot(base);
        if (length > 0 && !result.isEmpty() && result.last() >= tail[0]) {
            for (int i = 0; i < length; i++) {
                result.remove(tail[i]);
            }
        }
    }

    boolean intersects(RoaringBitmap selection) {
        int length = length();
        if (RoaringBitmap.intersects(base, selection)) {
            return true;
        }
        for (int i = 0; i < length; i++) {
            if (selection.contains(tail[i])) {
                return true;
            }
        }
        return false;
    }

    long bytes() {
        return HeapSize.object(20) + baseBytes + HeapSize.array(tail.length, 4);
    }

    private int length() {
        return (int) LENGTH.getAcquire(this);
    }
}
