package io.engram.tsdb.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.roaringbitmap.FastAggregation;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.RoaringBitmapWriter;

/** Gathers the series of many pairs: single numbers in an array, bitmaps as they are, joined once at the end. */
final class PostingsUnion {
    private final int limit;
    private int[] numbers = new int[64];
    private int count;
    private final List<RoaringBitmap> bitmaps = new ArrayList<>();

    /** @param limit numbers from here on are left out */
    PostingsUnion(int limit) {
        this.limit = limit;
    }

    void add(Postings postings, int pairId) {
        postings.addTo(pairId, this);
    }

    void addNumber(int series) {
        if (series < limit) {
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, count * 2);
            }
            numbers[count++] = series;
        }
    }

    void addNumbers(int[] series, int from, int length) {
        for (int i = from; i < from + length; i++) {
            addNumber(series[i]);
        }
    }

    /** The bitmap stays as it is. */
    void addBitmap(RoaringBitmap bitmap) {
        bitmaps.add(bitmap);
    }

    /** The union; the caller owns it. */
    RoaringBitmap result() {
        RoaringBitmap result;
        if (bitmaps.size() > 1) {
            result = FastAggregation.or(bitmaps.iterator());
        } else {
            result = bitmaps.isEmpty() ? null : bitmaps.getFirst().clone();
        }
        if (count > 0) {
            RoaringBitmap singles = singles();
            if (result == null) {
                result = singles;
            } else {
                result.or(singles);
            }
        }
        if (result == null) {
            return new RoaringBitmap();
        }
        if (!result.isEmpty() && Integer.toUnsignedLong(result.last()) >= limit) {
            result.remove(limit, 1L << 32);
        }
        return result;
    }

    private RoaringBitmap singles() {
        Arrays.sort(numbers, 0, count);
        RoaringBitmapWriter<RoaringBitmap> writer =
                RoaringBitmapWriter.writer().optimiseForArrays().get();
        for (int i = 0; i < count; i++) {
            writer.add(numbers[i]);
        }
        writer.flush();
        return writer.getUnderlying();
    }
}
