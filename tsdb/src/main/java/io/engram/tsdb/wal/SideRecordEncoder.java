package io.engram.tsdb.wal;

import io.engram.model.TenantId;

/**
 * Makes records of what a head keeps of series beside samples, such as start timestamps. What the payload says is the
 * head's own, by kind; this package frames it.
 *
 * <pre>{@code
 *  type  1 byte, RecordType.SIDE
 *  tenant length varint, tenant bytes
 *  lane varint     the stripe, or the number behind the last stripe for what belongs to the tenant as a whole
 *  kind varint
 *  payload         to the record's end
 * }</pre>
 *
 * <p>Use: {@link #begin}, fill {@link #payload}, {@link #finish}, then {@link #bytes} up to the returned length. Allocates
 * only to grow. Not thread-safe; meant to be kept.
 */
public final class SideRecordEncoder {
    private final RecordBuffer record = new RecordBuffer(256);
    private int payloadFrom;

    public void begin(TenantId tenant, int lane, int kind) {
        record.clear();
        record.put(RecordType.SIDE);
        record.putAscii(tenant.value());
        record.putVarint(lane);
        record.putVarint(kind);
        payloadFrom = record.length;
    }

    /** Where the payload goes; the owner of this record alone takes it back to the beginning. */
    public RecordBuffer payload() {
        return record;
    }

    /** Bytes of payload since {@link #begin}. */
    public int payloadBytes() {
        return record.length - payloadFrom;
    }

    /** Ends the record; returns its length in {@link #bytes}. */
    public int finish() {
        return record.length;
    }

    /** The finished record, from index 0; valid until the next {@link #begin}. */
    public byte[] bytes() {
        return record.bytes;
    }
}
