package io.engram.tsdb.wal;

import io.engram.model.TenantId;

/**
 * Reads what {@link SampleRecordEncoder} made. Reuses its arrays: they hold the record of the last {@link #decode}.
 * Allocates at most a small multiple of the record's bytes, whatever they say. Not thread-safe.
 */
public final class SampleRecordDecoder {
    private final RecordCursor cursor = new RecordCursor();
    private final RecordCompression compression = new RecordCompression();
    private final TenantReader tenants = new TenantReader();
    private TenantId tenant = TenantId.ANONYMOUS;
    private int stripe;
    private int count;
    private int[] numbers = {};
    private long[] timesMs = {};
    private double[] values = {};

    /**
     * Decodes one whole record of type {@link RecordType#SAMPLES}.
     *
     * @throws CorruptRecord where the bytes are no such record; then nothing of it is to be used
     */
    public void decode(byte[] bytes, int offset, int length) throws CorruptRecord {
        count = 0;
        cursor.reset(bytes, offset, length);
        compression.open(cursor, RecordType.SAMPLES, "samples");
        tenant = tenants.read(cursor);
        stripe = (int) cursor.readVarint("the stripe");
        // A sample takes ten bytes at least: the count cannot ask for more memory than the record has paid for.
        int samples = cursor.readCount(cursor.remaining() / 10, "the sample count");
        int numberBytes = cursor.readCount(cursor.remaining(), "bytes of the number column");
        int timeBytes = cursor.readCount(cursor.remaining(), "bytes of the time column");
        long expected = (long) numberBytes + timeBytes + samples * 8L;
        if (cursor.remaining() != expected) {
            throw cursor.corrupt(expected + " bytes of columns", cursor.remaining() + " bytes");
        }
        reserve(samples);
        int timesAt = cursor.at + numberBytes;
        readNumbers(samples);
        expectAt(timesAt, "series numbers");
        readTimes(samples);
        expectAt(timesAt + timeBytes, "timestamps");
        for (int i = 0; i < samples; i++) {
            values[i] = Double.longBitsToDouble(cursor.readLong("a value"));
        }
        count = samples;
    }

    private void readNumbers(int samples) throws CorruptRecord {
        long number = 0;
        for (int i = 0; i < samples; i++) {
            number += cursor.readZigzag("a series number");
            if (number >>> 32 != 0) {
                throw cursor.corrupt("a series number of 32 bits", Long.toString(number));
            }
            numbers[i] = (int) number;
        }
    }

    private void readTimes(int samples) throws CorruptRecord {
        long timeMs = 0;
        for (int i = 0; i < samples; i++) {
            timeMs += cursor.readZigzag("a timestamp");
            timesMs[i] = timeMs;
        }
    }

    private void expectAt(int place, String column) throws CorruptRecord {
        if (cursor.at != place) {
            throw cursor.corrupt("the end of the " + column, (cursor.at - place) + " bytes beyond it");
        }
    }

    private void reserve(int samples) {
        if (numbers.length < samples) {
            int capacity = Math.max(samples, 256);
            numbers = new int[capacity];
            timesMs = new long[capacity];
            values = new double[capacity];
        }
    }

    public TenantId tenant() {
        return tenant;
    }

    public int stripe() {
        return stripe;
    }

    /** The number of samples; the arrays below are valid up to it. */
    public int count() {
        return count;
    }

    /** Series numbers, unsigned; valid until the next {@link #decode}. */
    public int[] seriesNumbers() {
        return numbers;
    }

    /** Milliseconds; valid until the next {@link #decode}. */
    public long[] timestampsMs() {
        return timesMs;
    }

    /** Bit for bit as they came; valid until the next {@link #decode}. */
    public double[] values() {
        return values;
    }
}
