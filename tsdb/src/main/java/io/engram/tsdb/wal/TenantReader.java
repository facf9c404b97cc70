package io.engram.tsdb.wal;

import io.engram.model.TenantId;
import io.engram.model.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the tenant of a record; remembers the last one, because neighbours mostly share it. */
final class TenantReader {
    private byte[] lastBytes = {};
    private TenantId last;

    TenantId read(RecordCursor cursor) throws CorruptRecord {
        int length = cursor.readCount(TenantId.MAX_LENGTH, "the tenant's length");
        int from = cursor.skip(length, "the tenant");
        if (last != null && Arrays.equals(lastBytes, 0, lastBytes.length, cursor.bytes, from, from + length)) {
            return last;
        }
        byte[] bytes = Arrays.copyOfRange(cursor.bytes, from, from + length);
        try {
            last = new TenantId(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (Failure e) {
            throw cursor.corrupt("a tenant id", e.getMessage());
        }
        lastBytes = bytes;
        return last;
    }
}
