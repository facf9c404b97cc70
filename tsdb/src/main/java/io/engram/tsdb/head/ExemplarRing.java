package io.engram.tsdb.head;

import io.engram.model.write.SampleStatus;
import io.engram.tsdb.slab.ByteSlab;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The newest exemplars of a tenant: places in a circle, the oldest is overwritten. Follows Prometheus' {@code
 * tsdb/exemplar.go}, of which it differs in that a repetition is known for one also behind the newest of its series. Grows
 * up to its capacity as exemplars come. Guarded by the lock of the owner's lane.
 *
 * <pre>
 * place:  series, time, value, labels (in the slab), the places of the exemplars before and behind of the same series
 * slot of a series:  place of its oldest 4, of its newest 4
 * </pre>
 *
 * In the order of the circle the exemplars of a series lie in the order of their times: so the one that is overwritten is
 * always the oldest of its series.
 */
final class ExemplarRing {
    static final int NONE = -1;
    private static final int FIRST_PLACES = 64;
    private static final int SLOT_BYTES = 8;
    /** Of a place, without its labels. */
    private static final int PLACE_BYTES = 40;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final byte[] NO_BYTES = {};

    private final ByteSlab slab;
    private final SeriesSlots ends;

    private final int capacity;
    private int next;
    private int live;
    private long labelBytes;

    private int[] series = {}; // NONE where the place is free
    private long[] timeMs = {};
    private long[] valueBits = {};
    private int[] older = {};
    private int[] newer = {};
    private int[] labels = {};
    private int[] labelsLength = {};

    /** @param capacity exemplars that there may be; 0 keeps none */
    ExemplarRing(ByteSlab slab, int capacity) {
        this.slab = slab;
        this.capacity = capacity;
        this.ends = new SeriesSlots(slab);
    }

    /** Exemplars that there are. */
    int live() {
        return live;
    }

    int capacity() {
        return capacity;
    }

    /** Whether an exemplar is to be added: stored if so, else why not. */
    SampleStatus judge(int of, long time, long bits, byte[] text, int length) {
        int newest = newest(of);
        if (newest == NONE) {
            return SampleStatus.STORED;
        }
        for (int place = newest; place != NONE && timeMs[place] >= time; place = older[place]) {
            if (timeMs[place] == time && valueBits[place] == bits && sameLabels(place, text, length)) {
                return SampleStatus.DUPLICATE;
            }
        }
        boolean before = time < timeMs[newest]
                || (time == timeMs[newest]
                        && Double.longBitsToDouble(bits) < Double.longBitsToDouble(valueBits[newest]));
        return before ? SampleStatus.EXEMPLAR_REFUSED : SampleStatus.STORED;
    }

    private boolean sameLabels(int place, byte[] text, int length) {
        if (length != labelsLength[place]) {
            return false;
        }
        int at = labelOffset(place);
        return Arrays.equals(labelBytes(place), at, at + length, text, 0, length);
    }

    /** The time of the newest exemplar of a series; 0 where it has none. */
    long newestMs(int of) {
        int newest = newest(of);
        return newest == NONE ? 0 : timeMs[newest];
    }

    /** Adds an exemplar that is to be added, in place of the oldest where there are as many as may be. */
    void add(int of, long time, long bits, byte[] text, int offset, int length) {
        if (capacity == 0) {
            return;
        }
        if (next == series.length) {
            if (next < capacity) {
                makePlaces(Math.min(capacity, Math.max(FIRST_PLACES, 2 * next)));
            } else {
                next = 0;
            }
        }
        int place = next++;
        if (series[place] != NONE) {
            free(place);
        }
        series[place] = of;
        timeMs[place] = time;
        valueBits[place] = bits;
        labelsLength[place] = length;
        if (length > 0) {
            int address = slab.allocate(length);
            labels[place] = address;
            System.arraycopy(text, offset, slab.page(address), ByteSlab.offset(address), length);
            labelBytes += ByteSlab.slotBytes(length);
        }
        link(of, place);
        live++;
    }

    private void link(int of, int place) {
        int address = ends.find(of);
        newer[place] = NONE;
        if (address == ByteSlab.NONE) {
            address = ends.add(of, SLOT_BYTES);
            older[place] = NONE;
            setEnd(address, 0, place);
        } else {
            int newest = end(address, 4);
            older[place] = newest;
            newer[newest] = place;
        }
        setEnd(address, 4, place);
    }

    /** Takes an exemplar away that is the oldest of its series. */
    private void free(int place) {
        int of = series[place];
        int second = newer[place];
        if (second == NONE) {
            ends.remove(of, SLOT_BYTES);
        } else {
            older[second] = NONE;
            setEnd(ends.find(of), 0, second);
        }
        series[place] = NONE;
        live--;
        if (labelsLength[place] > 0) {
            slab.free(labels[place], labelsLength[place]);
            labelBytes -= ByteSlab.slotBytes(labelsLength[place]);
        }
    }

    /** Takes away all that a series has. */
    void remove(int of) {
        for (int place = oldest(of); place != NONE; ) {
            int second = newer[place];
            free(place);
            place = second;
        }
    }

    /** Takes away what is before {@code cutMs}. */
    void truncate(long cutMs) {
        for (int i = 0; i < series.length; i++) {
            int place = placeAt(i);
            if (series[place] != NONE && timeMs[place] < cutMs) {
                free(place);
            }
        }
    }

    /** A ring of another capacity with the newest of these; this one is empty then. */
    ExemplarRing resized(int otherCapacity) {
        ExemplarRing other = new ExemplarRing(slab, otherCapacity);
        int surplus = live - otherCapacity;
        for (int i = 0; i < series.length; i++) {
            int place = placeAt(i);
            if (series[place] != NONE) {
                if (--surplus < 0) {
                    visit(place, other::add);
                }
                free(place);
            }
        }
        return other;
    }

    /** Hears of exemplars; the label bytes are valid while it does. */
    interface Visitor {
        void visit(int of, long time, long bits, byte[] text, int offset, int length);
    }

    /** Goes through all, in the order of the circle: adding them in that order makes the same ring again. */
    void forEach(Visitor visitor) {
        for (int i = 0; i < series.length; i++) {
            if (series[placeAt(i)] != NONE) {
                visit(placeAt(i), visitor);
            }
        }
    }

    /** Goes through those of a series within {@code [minMs, maxMs]}, oldest first. */
    void forEach(int of, long minMs, long maxMs, Visitor visitor) {
        for (int place = oldest(of); place != NONE && timeMs[place] <= maxMs; place = newer[place]) {
            if (timeMs[place] >= minMs) {
                visit(place, visitor);
            }
        }
    }

    private void visit(int place, Visitor visitor) {
        visitor.visit(
                series[place],
                timeMs[place],
                valueBits[place],
                labelBytes(place),
                labelOffset(place),
                labelsLength[place]);
    }

    /** The series that have exemplars. */
    int[] series() {
        return ends.series();
    }

    /** Memory that it takes. */
    long bytes() {
        return (long) PLACE_BYTES * series.length + labelBytes + ends.bytes();
    }

    /** The place that is the {@code i}th of the circle, from the oldest. */
    private int placeAt(int i) {
        int place = next + i;
        return place < series.length ? place : place - series.length;
    }

    private byte[] labelBytes(int place) {
        return labelsLength[place] == 0 ? NO_BYTES : slab.page(labels[place]);
    }

    private int labelOffset(int place) {
        return labelsLength[place] == 0 ? 0 : ByteSlab.offset(labels[place]);
    }

    private int oldest(int of) {
        int address = ends.find(of);
        return address == ByteSlab.NONE ? NONE : end(address, 0);
    }

    private int newest(int of) {
        int address = ends.find(of);
        return address == ByteSlab.NONE ? NONE : end(address, 4);
    }

    private int end(int address, int which) {
        return (int) INT.get(ends.page(address), SeriesSlots.offset(address) + which);
    }

    private void setEnd(int address, int which, int place) {
        INT.set(ends.page(address), SeriesSlots.offset(address) + which, place);
    }

    private void makePlaces(int count) {
        int before = series.length;
        series = Arrays.copyOf(series, count);
        Arrays.fill(series, before, count, NONE);
        timeMs = Arrays.copyOf(timeMs, count);
        valueBits = Arrays.copyOf(valueBits, count);
        older = Arrays.copyOf(older, count);
        newer = Arrays.copyOf(newer, count);
        labels = Arrays.copyOf(labels, count);
        labelsLength = Arrays.copyOf(labelsLength, count);
    }
}
