package io.engram.storegateway;

import java.util.ArrayList;
import java.util.List;

/** Bytes {@code [offset, end)} of a file. */
record Range(long offset, long end) {
    Range {
        if (offset < 0 || offset >= end) {
            throw new IllegalArgumentException("range from " + offset + " to " + end);
        }
    }

    long bytes() {
        return end - offset;
    }

    /**
     * What to read in order to have all of {@code wanted}.
     *
     * @param wanted in the order of their offsets; may touch and overlap
     * @param maxGapBytes two are read as one where at most so much lies between them
     * @param maxBytes where one would become larger it is cut, between two of those wanted if that can be; one that is larger by
     *     itself stays whole
     */
    static List<Range> coalesce(List<Range> wanted, long maxGapBytes, long maxBytes) {
        List<Range> merged = new ArrayList<>();
        long from = -1;
        long to = -1;
        for (Range next : wanted) {
            boolean joins = from >= 0
                    && next.offset - to <= maxGapBytes
                    && Math.max(to, next.end) - from <= Math.max(maxBytes, to - from);
            if (joins) {
                to = Math.max(to, next.end);
            } else {
                if (from >= 0) {
                    merged.add(new Range(from, to));
                }
                from = next.offset;
                to = next.end;
            }
        }
        if (from >= 0) {
            merged.add(new Range(from, to));
        }
        return merged;
    }
}
