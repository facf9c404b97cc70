package io.engram.tsdb.wal;

import io.engram.model.TenantId;
import java.util.Arrays;

/**
 * Makes series records: series that a tenant created, and the label pairs they use for the first time.
 *
 * <pre>{@code
 *  type 1 byte, RecordType.SERIES
 *  tenant length varint, tenant bytes
 *  until the record's end, in the order of the calls, either
 *    0, pair id varint, name length varint, name bytes, value length varint, value bytes
 *  or
 *    1 + number of pairs varint
 *    series number     zigzag varint, delta against the series before (the first against 0)
 *    fingerprint       16 bytes, upper half first, each half little-endian
 *    pair ids          zigzag varint each, delta against the last id at the same place in this record (first: 0)
 * }</pre>
 *
 * <p>Chains of deltas begin anew in every record, so that a lost record costs no other. Use: {@link #begin}, {@link
 * #pair} before its first use, {@link #series}, {@link #finish}. Allocates only to grow. Not thread-safe.
 */
public final class SeriesRecordEncoder {
    /** Most pairs that a series may have here; far above any limit on labels. */
    public static final int MAX_PAIRS = 65_535;

    private final int compressFromBytes;
    private final RecordCompression compression = new RecordCompression();
    private final RecordBuffer record = new RecordBuffer(4096);
    private int[] lastPairs = new int[32];
    private int lastPairsUsed;
    private long lastNumber;
    private int seriesCount;
    private RecordBuffer finished = record;

    public SeriesRecordEncoder() {
        this(Integer.MAX_VALUE);
    }

    /** @param compressFromBytes records of this size and more are compressed by zstd, where that makes them shorter */
    public SeriesRecordEncoder(int compressFromBytes) {
        this.compressFromBytes = compressFromBytes;
    }

    public void begin(TenantId tenant) {
        record.clear();
        record.put(RecordType.SERIES);
        record.putAscii(tenant.value());
        Arrays.fill(lastPairs, 0, lastPairsUsed, 0);
        lastPairsUsed = 0;
        lastNumber = 0;
        seriesCount = 0;
    }

    /** States that {@code id} (32 bits, unsigned) stands for this name and value; copies the bytes. */
    public void pair(
            int id, byte[] name, int nameOffset, int nameLength, byte[] value, int valueOffset, int valueLength) {
        record.put(0);
        record.putVarint(id & 0xffff_ffffL);
        record.putVarint(nameLength);
        record.put(name, nameOffset, nameLength);
        record.putVarint(valueLength);
        record.put(value, valueOffset, valueLength);
    }

    /**
     * Adds a series.
     *
     * @param number 32 bits, unsigned
     * @param pairIds its label pairs from {@code from}, {@code pairCount} of them, sorted by label name
     */
    public void series(int number, long fingerprintHigh, long fingerprintLow, int[] pairIds, int from, int pairCount) {
        if (pairCount < 0 || pairCount > MAX_PAIRS) {
            throw new IllegalArgumentException("a series has " + pairCount + " pairs, the maximum is " + MAX_PAIRS);
        }
        record.putVarint(pairCount + 1L);
        long unsigned = number & 0xffff_ffffL;
        record.putZigzag(unsigned - lastNumber);
        lastNumber = unsigned;
        record.putLong(fingerprintHigh);
        record.putLong(fingerprintLow);
        if (lastPairs.length < pairCount) {
            lastPairs = Arrays.copyOf(lastPairs, Math.max(pairCount, lastPairs.length * 2));
        }
        for (int i = 0; i < pairCount; i++) {
            int id = pairIds[from + i];
            record.putZigzag((id & 0xffff_ffffL) - (lastPairs[i] & 0xffff_ffffL));
            lastPairs[i] = id;
        }
        lastPairsUsed = Math.max(lastPairsUsed, pairCount);
        seriesCount++;
    }

    /** Series added since {@link #begin}. */
    public int seriesCount() {
        return seriesCount;
    }

    /** Bytes so far: callers cut records at some 100 KB, which bounds what one damaged page costs. */
    public int sizeBytes() {
        return record.length;
    }

    /** Ends the record; returns its length in {@link #bytes}. */
    public int finish() {
        finished = compression.finish(record, compressFromBytes);
        return finished.length;
    }

    /** The finished record, from index 0; valid until the next {@link #begin}. */
    public byte[] bytes() {
        return finished.bytes;
    }
}
