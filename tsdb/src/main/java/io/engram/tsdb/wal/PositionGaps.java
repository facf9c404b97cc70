package io.engram.tsdb.wal;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which positions have been seen, when most come in order: the last one, and the gaps before it. A record that a later
 * segment repeats is taken if it fills a gap and passed over if not. Not thread-safe.
 */
final class PositionGaps {
    /** Beyond that many gaps the oldest are forgotten: they are lost then, repeated or not. */
    private static final int MAX_GAPS = 100_000;

    private final TreeMap<Long, Long> gaps = new TreeMap<>(); // first missing to last missing
    private long last;
    private long missing;

    PositionGaps(long from) {
        last = from;
    }

    long last() {
        return last;
    }

    /** Positions up to {@link #last} that did not come. */
    long missing() {
        return missing;
    }

    /** Notes a position; returns false where it was seen before, or is not behind the begin. */
    boolean see(long position) {
        if (position == last + 1) {
            last = position;
            return true;
        }
        if (position > last) {
            gaps.put(last + 1, position - 1);
            missing += position - 1 - last;
            last = position;
            if (gaps.size() > MAX_GAPS) {
                gaps.pollFirstEntry();
            }
            return true;
        }
        return fills(position);
    }

    private boolean fills(long position) {
        Map.Entry<Long, Long> gap = gaps.floorEntry(position);
        if (gap == null || gap.getValue() < position) {
            return false;
        }
        gaps.remove(gap.getKey());
        if (gap.getKey() < position) {
            gaps.put(gap.getKey(), position - 1);
        }
        if (position < gap.getValue()) {
            gaps.put(position + 1, gap.getValue());
        }
        missing--;
        return true;
    }
}
