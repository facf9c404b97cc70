package io.engram.tsdb.head;

import io.engram.tsdb.slab.ByteSlab;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The late samples and chunks of one series at a time, as they lie in a slab: {@link #open} moves it to another series.
 *
 * <pre>
 * slot:   samples 2, room for samples 2, chunks 4, room for chunks 4, address of the list of chunks 4;
 *         then for each sample, ascending: time 8, value bits 8
 * list:   for each chunk: position 8, first 8 and last sample 8, ms
 * </pre>
 */
final class LateSlot {
    /** Samples of a series that wait in memory. */
    static final int MAX_SAMPLES = 64;
    /** What one place of the slab holds: more late samples than most series have at all. */
    static final int MAX_CHUNKS = 16_384;

    private static final int HEADER = 16;
    private static final int SAMPLE = 16;
    private static final int CHUNK = 24;
    private static final int FIRST_SAMPLES = 2;
    private static final int FIRST_CHUNKS = 2;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final SeriesSlots slots;
    private int series;
    private byte[] bytes;
    private int at;
    private int samples;
    private int sampleRoom;
    private int chunks;
    private int chunkRoom;
    private int listAddress;

    LateSlot(SeriesSlots slots) {
        this.slots = slots;
    }

    /** Moves to a series; false where it has nothing. */
    boolean open(int number) {
        int address = slots.find(number);
        if (address == ByteSlab.NONE) {
            return false;
        }
        place(number, address);
        samples = (short) SHORT.get(bytes, at);
        sampleRoom = (short) SHORT.get(bytes, at + 2);
        chunks = (int) INT.get(bytes, at + 4);
        chunkRoom = (int) INT.get(bytes, at + 8);
        listAddress = (int) INT.get(bytes, at + 12);
        return true;
    }

    /** Moves to a series that has nothing yet. */
    void create(int number) {
        place(number, slots.add(number, HEADER + SAMPLE * FIRST_SAMPLES));
        samples = 0;
        sampleRoom = FIRST_SAMPLES;
        chunks = 0;
        chunkRoom = 0;
        listAddress = ByteSlab.NONE;
        store();
    }

    private void place(int number, int address) {
        series = number;
        bytes = slots.page(address);
        at = SeriesSlots.offset(address);
    }

    private void store() {
        SHORT.set(bytes, at, (short) samples);
        SHORT.set(bytes, at + 2, (short) sampleRoom);
        INT.set(bytes, at + 4, chunks);
        INT.set(bytes, at + 8, chunkRoom);
        INT.set(bytes, at + 12, listAddress);
    }

    int samples() {
        return samples;
    }

    long timeMs(int i) {
        return (long) LONG.get(bytes, at + HEADER + SAMPLE * i);
    }

    long valueBits(int i) {
        return (long) LONG.get(bytes, at + HEADER + SAMPLE * i + 8);
    }

    /** The place of the sample with this time; where there is none, {@code -1} less the place that it would have. */
    int find(long timeMs) {
        int low = 0;
        int high = samples;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (timeMs(middle) < timeMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < samples && timeMs(low) == timeMs ? low : -1 - low;
    }

    /** Adds a sample at a time that none here has; there must be fewer than {@link #MAX_SAMPLES}. */
    void insert(long timeMs, long valueBits) {
        if (samples == sampleRoom) {
            resizeSamples(Math.min(MAX_SAMPLES, 2 * sampleRoom));
        }
        int i = -1 - find(timeMs);
        move(i, i + 1, samples - i);
        LONG.set(bytes, at + HEADER + SAMPLE * i, timeMs);
        LONG.set(bytes, at + HEADER + SAMPLE * i + 8, valueBits);
        samples++;
        store();
    }

    /** Gives back what the samples there are do not need. */
    void shrink() {
        int room = FIRST_SAMPLES;
        while (room < samples + 1) {
            room *= 2;
        }
        if (room < sampleRoom) {
            resizeSamples(room);
            store();
        }
    }

    private void resizeSamples(int room) {
        place(series, slots.resize(series, HEADER + SAMPLE * sampleRoom, HEADER + SAMPLE * room));
        sampleRoom = room;
    }

    private void move(int from, int to, int count) {
        System.arraycopy(bytes, at + HEADER + SAMPLE * from, bytes, at + HEADER + SAMPLE * to, SAMPLE * count);
    }

    /** Samples {@code from .. from + count} are in a sealed chunk now. */
    void replaceByChunk(int from, int count, long position, long minMs, long maxMs) {
        addChunk(position, minMs, maxMs);
        move(from + count, from, samples - from - count);
        samples -= count;
        store();
    }

    int chunks() {
        return chunks;
    }

    long chunkPosition(int c) {
        return chunkWord(c, 0);
    }

    long chunkMinMs(int c) {
        return chunkWord(c, 1);
    }

    long chunkMaxMs(int c) {
        return chunkWord(c, 2);
    }

    private long chunkWord(int c, int word) {
        return (long) LONG.get(slots.page(listAddress), SeriesSlots.offset(listAddress) + CHUNK * c + 8 * word);
    }

    void addChunk(long position, long minMs, long maxMs) {
        if (chunks == chunkRoom) {
            resizeChunks(Math.min(MAX_CHUNKS, Math.max(FIRST_CHUNKS, 2 * chunkRoom)));
        }
        setChunk(chunks++, position, minMs, maxMs);
        store();
    }

    private void setChunk(int c, long position, long minMs, long maxMs) {
        byte[] page = slots.page(listAddress);
        int place = SeriesSlots.offset(listAddress) + CHUNK * c;
        LONG.set(page, place, position);
        LONG.set(page, place + 8, minMs);
        LONG.set(page, place + 16, maxMs);
    }

    private void resizeChunks(int room) {
        int address = slots.allocate(CHUNK * room);
        if (chunkRoom > 0) {
            System.arraycopy(
                    slots.page(listAddress),
                    SeriesSlots.offset(listAddress),
                    slots.page(address),
                    SeriesSlots.offset(address),
                    CHUNK * chunks);
            slots.free(listAddress, CHUNK * chunkRoom);
        }
        listAddress = address;
        chunkRoom = room;
    }

    /** Drops samples before {@code cutMs}, and chunks that end before it. */
    void truncate(long cutMs) {
        int gone = find(cutMs);
        gone = gone < 0 ? -1 - gone : gone;
        move(gone, 0, samples - gone);
        samples -= gone;
        int kept = 0;
        for (int c = 0; c < chunks; c++) {
            if (chunkMaxMs(c) >= cutMs) {
                setChunk(kept++, chunkPosition(c), chunkMinMs(c), chunkMaxMs(c));
            }
        }
        chunks = kept;
        store();
    }

    /** The series has nothing any more. */
    void remove() {
        if (chunkRoom > 0) {
            slots.free(listAddress, CHUNK * chunkRoom);
        }
        slots.remove(series, HEADER + SAMPLE * sampleRoom);
    }
}
