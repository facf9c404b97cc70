package io.engram.tsdb.wal;

import io.engram.model.TenantId;
import java.util.Arrays;

/** Reads what {@link SeriesRecordEncoder} made. Not thread-safe. */
public final class SeriesRecordDecoder {
    private final RecordCursor cursor = new RecordCursor();
    private final RecordCompression compression = new RecordCompression();
    private final TenantReader tenants = new TenantReader();
    private int[] pairs = new int[32];

    /** Takes what a record says, in its order. Borrows arrays until each call returns. */
    public interface Visitor {
        /** First call: whose series follow. */
        void tenant(TenantId tenant);

        /** {@code id} stands for the name and value at these places of {@code bytes}, in UTF-8 as they came. */
        void pair(int id, byte[] bytes, int nameOffset, int nameLength, int valueOffset, int valueLength);

        /** A series with the pairs {@code pairIds[0..pairCount)}. */
        void series(int number, long fingerprintHigh, long fingerprintLow, int[] pairIds, int pairCount);
    }

    /**
     * Decodes one whole record of type {@link RecordType#SERIES}. Ids may refer to pairs of earlier records.
     *
     * @throws CorruptRecord where the bytes are no such record; the visitor may have seen its front part
     */
    public void decode(byte[] bytes, int offset, int length, Visitor visitor) throws CorruptRecord {
        cursor.reset(bytes, offset, length);
        compression.open(cursor, RecordType.SERIES, "series");
        visitor.tenant(tenants.read(cursor));
        Arrays.fill(pairs, 0);
        long number = 0;
        while (cursor.remaining() > 0) {
            int kind = cursor.readCount(SeriesRecordEncoder.MAX_PAIRS + 1, "a pair or a series");
            if (kind == 0) {
                pair(visitor);
            } else {
                number = series(kind - 1, number, visitor);
            }
        }
    }

    private void pair(Visitor visitor) throws CorruptRecord {
        long id = unsigned(cursor.readVarint("a pair id"), "pair id");
        int nameLength = cursor.readCount(cursor.remaining(), "a name's length");
        int name = cursor.skip(nameLength, "a name");
        int valueLength = cursor.readCount(cursor.remaining(), "a value's length");
        int value = cursor.skip(valueLength, "a value");
        visitor.pair((int) id, cursor.bytes, name, nameLength, value, valueLength);
    }

    private long series(int pairCount, long lastNumber, Visitor visitor) throws CorruptRecord {
        long number = unsigned(lastNumber + cursor.readZigzag("a series number"), "series number");
        long high = cursor.readLong("a fingerprint");
        long low = cursor.readLong("a fingerprint");
        if (pairCount > cursor.remaining()) {
            throw cursor.corrupt(pairCount + " pair ids", cursor.remaining() + " bytes");
        }
        if (pairs.length < pairCount) {
            pairs = Arrays.copyOf(pairs, Math.max(pairCount, pairs.length * 2));
        }
        for (int i = 0; i < pairCount; i++) {
            long id = (pairs[i] & 0xffff_ffffL) + cursor.readZigzag("a pair id");
            pairs[i] = (int) unsigned(id, "pair id");
        }
        visitor.series((int) number, high, low, pairs, pairCount);
        return number;
    }

    private long unsigned(long value, String what) throws CorruptRecord {
        if (value >>> 32 != 0) {
            throw cursor.corrupt("a " + what + " of 32 bits", Long.toString(value));
        }
        return value;
    }
}
