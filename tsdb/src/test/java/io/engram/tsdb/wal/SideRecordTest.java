package io.engram.tsdb.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.engram.model.TenantId;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SideRecordTest {
    private static final TenantId TENANT = new TenantId("team-a.(prod)");

    private final SideRecordEncoder encoder = new SideRecordEncoder();
    private final SideRecordDecoder decoder = new SideRecordDecoder();

    private byte[] record(int lane, int kind) {
        encoder.begin(TENANT, lane, kind);
        encoder.payload().putVarint(300);
        encoder.payload().putZigzag(-1);
        encoder.payload().putLong(Long.MIN_VALUE);
        assertEquals(11, encoder.payloadBytes());
        int length = encoder.finish();
        return Arrays.copyOf(encoder.bytes(), length);
    }

    @Test
    void comesBackAsItWas() throws Exception {
        for (int lane = 0; lane <= 16; lane++) {
            byte[] record = record(lane, 2 * lane);
            assertEquals(RecordType.SIDE, RecordType.of(record, 0, record.length));
            decoder.decode(record, 0, record.length);
            assertEquals(TENANT, decoder.tenant());
            assertEquals(lane, decoder.lane());
            assertEquals(2 * lane, decoder.kind());
            assertEquals(300, decoder.payload().readVarint("a number"));
            assertEquals(-1, decoder.payload().readZigzag("a number"));
            assertEquals(Long.MIN_VALUE, decoder.payload().readLong("a number"));
            assertEquals(0, decoder.payload().remaining());
        }
    }

    @Test
    void cutAnywhereIsCorrupt() {
        byte[] record = record(3, 1);
        for (int length = 0; length < record.length; length++) {
            int cut = length;
            assertThrows(
                    CorruptRecord.class,
                    () -> {
                        decoder.decode(record, 0, cut);
                        decoder.payload().readVarint("a number");
                        decoder.payload().readZigzag("a number");
                        decoder.payload().readLong("a number");
                    },
                    "cut to " + length);
        }
    }

    @Test
    void otherRecordsAndImpossibleLanesAreCorrupt() {
        byte[] series = record(0, 1);
        series[0] = RecordType.SERIES;
        assertThrows(CorruptRecord.class, () -> decoder.decode(series, 0, series.length));
        byte[] lane = record(256, 1);
        assertThrows(CorruptRecord.class, () -> decoder.decode(lane, 0, lane.length));
    }
}
