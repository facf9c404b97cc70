package io.engram.tsdb.wal;

import io.engram.model.TenantId;

/** Reads what {@link SideRecordEncoder} framed. Not thread-safe. */
public final class SideRecordDecoder {
    private static final int MAX_LANE = 255;
    private static final int MAX_KIND = 255;

    private final RecordCursor cursor = new RecordCursor();
    private final RecordCompression compression = new RecordCompression();
    private final TenantReader tenants = new TenantReader();
    private TenantId tenant = TenantId.ANONYMOUS;
    private int lane;
    private int kind;

    /**
     * Decodes the front of one whole record of type {@link RecordType#SIDE}; {@link #payload} stands behind it then.
     *
     * @throws CorruptRecord where the bytes are no such record
     */
    public void decode(byte[] bytes, int offset, int length) throws CorruptRecord {
        cursor.reset(bytes, offset, length);
        compression.open(cursor, RecordType.SIDE, "side data");
        tenant = tenants.read(cursor);
        lane = cursor.readCount(MAX_LANE, "the lane");
        kind = cursor.readCount(MAX_KIND, "the kind of side data");
    }

    public TenantId tenant() {
        return tenant;
    }

    public int lane() {
        return lane;
    }

    public int kind() {
        return kind;
    }

    /** What follows up to the record's end; valid until the next {@link #decode}. */
    public RecordCursor payload() {
        return cursor;
    }
}
