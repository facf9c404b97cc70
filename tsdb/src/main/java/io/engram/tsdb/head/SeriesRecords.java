package io.engram.tsdb.head;

import io.engram.tsdb.slab.RecordSlab;
import java.util.Arrays;

/**
 * The records of one tenant by series number. Numbers rise; 32 of them share an extent of the slab, which goes back when
 * all of its series are gone.
 *
 * <p>Written under the tenant's index lock; an extent is taken away only while all stripes are locked too, so under any
 * stripe's lock what {@link #extent} says holds.
 */
final class SeriesRecords {
    private static final int[] NONE = {};

    private final RecordSlab slab;
    private volatile int[] extents = NONE;
    private byte[] liveIn = {}; // guarded by the index lock: series that live in each extent
    private int extentCount; // guarded by the index lock

    SeriesRecords(RecordSlab slab) {
        this.slab = slab;
    }

    /** The extent of a series, or {@link RecordSlab#NONE} where there is no such series. */
    int extent(int series) {
        int[] all = extents;
        int i = series >>> RecordSlab.EXTENT_SHIFT;
        return i < all.length ? all[i] : RecordSlab.NONE;
    }

    long[] page(int extent) {
        return slab.page(extent);
    }

    /** Makes room for the record of a new series and returns its extent. */
    int add(int series) {
        int i = series >>> RecordSlab.EXTENT_SHIFT;
        if (i >= extents.length) {
            int length = Math.max(i + 1, Math.min(2 * extents.length, extents.length + 4096));
            liveIn = Arrays.copyOf(liveIn, length);
            extents = Arrays.copyOf(extents, length);
        }
        int[] all = extents;
        if (all[i] == RecordSlab.NONE) {
            all[i] = slab.allocate();
            extents = all; // publishes the element
            extentCount++;
        }
        liveIn[i]++;
        return all[i];
    }

    /** Notes that a series is gone; true where its extent holds no other and may be {@linkplain #free freed}. */
    boolean remove(int series) {
        return --liveIn[series >>> RecordSlab.EXTENT_SHIFT] == 0;
    }

    /** Gives back the extent of a series, where it is still empty. The caller holds all stripes. */
    void free(int series) {
        int i = series >>> RecordSlab.EXTENT_SHIFT;
        int[] all = extents;
        if (liveIn[i] == 0 && all[i] != RecordSlab.NONE) {
            slab.free(all[i]);
            all[i] = RecordSlab.NONE;
            extentCount--;
        }
    }

    /** Bytes in extents and their table, but for what {@link #chunkBytes} counts. */
    long bytes() {
        return (long) extentCount * RecordSlab.EXTENT_BYTES - chunkBytes() + 5L * extents.length;
    }

    /** Bytes of the records where words of open chunks lie. */
    long chunkBytes() {
        return (long) extentCount * RecordSlab.EXTENT_RECORDS * SeriesRecord.CHUNK_BYTES;
    }
}
