package io.engram.tsdb.wal;

import io.engram.model.TenantId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Makes sample records: what one batch added to one stripe of a tenant, as columns, about 11 bytes a sample.
 *
 * <pre>{@code
 *  type  1 byte, RecordType.SAMPLES
 *  tenant length varint, tenant bytes
 *  stripe varint
 *  sample count varint
 *  bytes of the number column varint, bytes of the time column varint
 *  series numbers   zigzag varint each, delta against the sample before (the first against 0)
 *  timestamps (ms)  zigzag varint each, delta against the sample before (the first against 0)
 *  values           8 bytes each, raw bits, little-endian
 * }</pre>
 *
 * <p>Use: {@link #begin}, {@link #add} per sample, {@link #finish}, then {@link #bytes} up to the returned length.
 * Allocates only to grow. Not thread-safe; meant to be kept, one per stripe or thread.
 */
public final class SampleRecordEncoder {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** A delta of two unsigned 32-bit numbers takes 33 bits and a sign: 5 bytes. */
    private static final int NUMBER_BYTES = 5;

    private static final int TIME_BYTES = 10;

    private final int compressFromBytes;
    private final RecordCompression compression = new RecordCompression();
    private final RecordBuffer record = new RecordBuffer(4096);
    private int capacity = 256;
    private byte[] numbers = new byte[capacity * NUMBER_BYTES];
    private byte[] times = new byte[capacity * TIME_BYTES];
    private byte[] values = new byte[capacity * 8];
    private int numbersLength;
    private int timesLength;
    private int count;
    private long lastNumber;
    private long lastTimeMs;
    private RecordBuffer finished = record;

    /** Records stay as they are: half the CPU of the best compression buys nothing until the disk is the limit. */
    public SampleRecordEncoder() {
        this(Integer.MAX_VALUE);
    }

    /** @param compressFromBytes records of this size and more are compressed by zstd, where that makes them shorter */
    public SampleRecordEncoder(int compressFromBytes) {
        this.compressFromBytes = compressFromBytes;
    }

    public void begin(TenantId tenant, int stripe) {
        record.clear();
        record.put(RecordType.SAMPLES);
        record.putAscii(tenant.value());
        record.putVarint(stripe & 0xffff_ffffL);
        numbersLength = 0;
        timesLength = 0;
        count = 0;
        lastNumber = 0;
        lastTimeMs = 0;
    }

    /** @param seriesNumber any 32 bits, taken as unsigned */
    public void add(int seriesNumber, long timestampMs, double value) {
        if (count == capacity) {
            grow();
        }
        long number = seriesNumber & 0xffff_ffffL;
        long delta = number - lastNumber;
        lastNumber = number;
        numbersLength = RecordBuffer.varint(numbers, numbersLength, (delta << 1) ^ (delta >> 63));
        delta = timestampMs - lastTimeMs; // may wrap around; the decoder wraps back
        lastTimeMs = timestampMs;
        timesLength = RecordBuffer.varint(times, timesLength, (delta << 1) ^ (delta >> 63));
        LONG.set(values, count * 8, Double.doubleToRawLongBits(value));
        count++;
    }

    private void grow() {
        capacity *= 2;
        numbers = Arrays.copyOf(numbers, capacity * NUMBER_BYTES);
        times = Arrays.copyOf(times, capacity * TIME_BYTES);
        values = Arrays.copyOf(values, capacity * 8);
    }

    /** Samples added since {@link #begin}. */
    public int count() {
        return count;
    }

    /** Ends the record; returns its length in {@link #bytes}. */
    public int finish() {
        record.putVarint(count);
        record.putVarint(numbersLength);
        record.putVarint(timesLength);
        record.put(numbers, 0, numbersLength);
        record.put(times, 0, timesLength);
        record.put(values, 0, count * 8);
        finished = compression.finish(record, compressFromBytes);
        return finished.length;
    }

    /** The finished record, from index 0; valid until the next {@link #begin}. */
    public byte[] bytes() {
        return finished.bytes;
    }
}
