package io.engram.distributor;

/**
 * The key of one series after another: a sum over its labels, each a product of two symbols' hashes, so that it does not
 * depend on how a request numbers its symbols. Neighbours in a request are mostly of one metric and one target; where the
 * references of a series take as many bytes as those of the one before it, only labels that differ are looked at, and the
 * key is that one's with their products exchanged. Used by one thread.
 */
final class RefsKey {
    /** Above so many labels that differ, beginning anew costs no more. */
    private static final int MAX_CHANGES = 4;

    private static final int MAX_REF_BYTES = 3;

    private long[] hashes;
    private int symbolCount;
    private int metricNameRef;
    private int maxLabels;

    // The series at hand: its references are [from .. to) of the bytes; where there is none, to is 0.
    private int from;
    private int to;
    private long hi;
    private long lo;
    private int metricRef;

    /**
     * Begins a request.
     *
     * @param symbols all that there are
     * @param maxLabels series with more get no key
     */
    void begin(SymbolTable symbols, int maxLabels) {
        this.hashes = symbols.hashes();
        this.symbolCount = symbols.count();
        this.metricNameRef = symbols.metricNameRef();
        this.maxLabels = maxLabels;
        this.to = 0;
    }

    /**
     * Makes the key of the series whose references are {@code [from .. to)} of the request's bytes, behind which the
     * array has room for {@link Wire#SLACK} more.
     *
     * @return false where they are not encoded as usual, refer to nothing, do not come in pairs, or are too many; there
     *     is then no key
     */
    boolean of(byte[] bytes, int from, int to) {
        boolean keyed =
                this.to > 0 && to - from == this.to - this.from && change(bytes, from, to) || make(bytes, from, to);
        this.from = from;
        this.to = keyed ? to : 0;
        return keyed;
    }

    /** The upper word, of which 0 may be one. */
    long hi() {
        return hi;
    }

    long lo() {
        return lo;
    }

    /** The metric's name, any where there are several, or {@link SymbolTable#NONE}. */
    int metricRef() {
        return metricRef;
    }

    private boolean make(byte[] bytes, int from, int to) {
        long hi = 0;
        long lo = 0;
        int metric = SymbolTable.NONE;
        int labelsLeft = maxLabels;
        int at = from;
        while (at < to) {
            int name = bytes[at++];
            if (name < 0) {
                int second = bytes[at++];
                name = second >= 0 ? name & 0x7F | second << 7 : name & 0x7F | (second & 0x7F) << 7 | bytes[at++] << 14;
            }
            int value = bytes[at++];
            if (value < 0) {
                int second = bytes[at++];
                value = second >= 0
                        ? value & 0x7F | second << 7
                        : value & 0x7F | (second & 0x7F) << 7 | bytes[at++] << 14;
            }
            // A third byte that says more follow makes the reference negative.
            if (at > to || name < 0 || name >= symbolCount || value < 0 || value >= symbolCount) {
                return false;
            }
            if (labelsLeft-- == 0) {
                return false;
            }
            metric = name == metricNameRef ? value : metric;
            hi += SymbolTable.keyHi(hashes, name, value);
            lo += SymbolTable.keyLo(hashes, name, value);
        }
        this.hi = hi;
        this.lo = lo;
        this.metricRef = metric;
        return true;
    }

    /**
     * Makes the key out of that of the series at hand, whose references take as many bytes; false where names of labels
     * differ, or more values than pays, and nothing was done. Bytes that are the same need no check of their own.
     */
    private boolean change(byte[] bytes, int from, int to) {
        int back = this.from - from;
        long newHi = hi;
        long newLo = lo;
        int newMetric = metricRef;
        int changesLeft = MAX_CHANGES;
        int odd = 0; // whether the name, and not the value, of the label at hand has ended
        int at = from;
        while (at < to) {
            long word = Wire.longAt(bytes, at);
            long differs = word ^ Wire.longAt(bytes, at + back);
            if (to - at < Wire.WORD) {
                differs &= ~(-1L << 8 * (to - at));
            }
            int same = Long.numberOfTrailingZeros(differs) >>> 3;
            odd ^= Wire.varintEnds(word, same) & 1;
            if (same == Wire.WORD) {
                at += Wire.WORD;
                continue;
            }
            at = labelStart(bytes, at + same, odd, from);
            long here = Wire.longAt(bytes, at);
            long there = Wire.longAt(bytes, at + back);
            int nameBytes = Wire.varintLength(here);
            int valueBytes = Wire.varintLength(here >>> 8 * nameBytes);
            int name = (int) Wire.varint(here);
            if (nameBytes > MAX_REF_BYTES
                    || valueBytes > MAX_REF_BYTES
                    || nameBytes != Wire.varintLength(there)
                    || valueBytes != Wire.varintLength(there >>> 8 * nameBytes)
                    || name != (int) Wire.varint(there)
                    || changesLeft-- == 0) {
                return false;
            }
            int value = (int) Wire.varint(here >>> 8 * nameBytes);
            int valueThere = (int) Wire.varint(there >>> 8 * nameBytes);
            at += nameBytes + valueBytes;
            if (at > to || value >= symbolCount) {
                return false;
            }
            newMetric = name == metricNameRef ? value : newMetric;
            newHi += SymbolTable.keyHi(hashes, name, value) - SymbolTable.keyHi(hashes, name, valueThere);
            newLo += SymbolTable.keyLo(hashes, name, value) - SymbolTable.keyLo(hashes, name, valueThere);
            odd = 0;
        }
        hi = newHi;
        lo = newLo;
        metricRef = newMetric;
        return true;
    }

    /** Where the label begins that byte {@code at} belongs to: its value where {@code odd}, its name otherwise. */
    private static int labelStart(byte[] bytes, int at, int odd, int from) {
        int start = refStart(bytes, at, from);
        return odd == 0 ? start : refStart(bytes, start - 1, from);
    }

    private static int refStart(byte[] bytes, int at, int from) {
        int start = at;
        while (start > from && bytes[start - 1] < 0) {
            start--;
        }
        return start;
    }
}
