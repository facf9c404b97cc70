package io.engram.tsdb.head;

import io.engram.tsdb.index.LabelIndex;
import io.engram.tsdb.wal.SeriesRecordEncoder;
import java.util.Arrays;

/** Tells the log of new series, and of label pairs that it has not heard of. Used under the tenant's index lock. */
final class SeriesAnnouncement {
    /** A record is cut here: what one damaged page of the log can cost. */
    private static final int RECORD_BYTES = 100_000;

    private final HeadLog log;
    private final SeriesRecordEncoder record = new SeriesRecordEncoder();
    private int[] pairIds = new int[64];
    private byte[] pair = new byte[512];
    private TenantHead head;
    private long position;

    SeriesAnnouncement(HeadLog log) {
        this.log = log;
    }

    void begin(TenantHead of) {
        head = of;
        position = 0;
        record.begin(of.tenant());
    }

    void add(int series, int count, long fingerprintHi, long fingerprintLo) {
        LabelIndex index = head.index();
        if (count > pairIds.length) {
            pairIds = new int[2 * count];
        }
        index.pairIds(series, pairIds);
        for (int i = 0; i < count; i++) {
            if (head.announcePair(pairIds[i])) {
                addPair(index, pairIds[i]);
            }
        }
        record.series(series, fingerprintHi, fingerprintLo, pairIds, 0, count);
        if (record.sizeBytes() >= RECORD_BYTES) {
            finish();
            record.begin(head.tenant());
        }
    }

    /** Hands over what was added; returns the position to wait for, 0 where nothing was. */
    long finish() {
        if (record.seriesCount() > 0) {
            int length = record.finish();
            position = log.append(record.bytes(), length);
        }
        return position;
    }

    /** The index keeps a pair as {@code 0A nameLen name 12 valueLen value}; the log has name and value alone. */
    private void addPair(LabelIndex index, int id) {
        int length = index.pairLength(id);
        if (length > pair.length) {
            pair = Arrays.copyOf(pair, 2 * length);
        }
        index.copyPair(id, pair, 0);
        PairBytes at = PairBytes.of(pair, 0);
        record.pair(id, pair, at.nameOffset(), at.nameLength(), pair, at.valueOffset(), at.valueLength());
    }
}
