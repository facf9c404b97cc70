package io.engram.tsdb.chunk;

/**
 * Turns samples into the bit stream of a XOR chunk and hands it out in words of 64 bits. What is not yet a whole word
 * waits in {@link #pending}. Fields are open to the subclass, which may store them between two appends.
 */
public abstract class XorAppender {
    /** No value has been written with a window of bits yet. */
    protected static final int NO_WINDOW = 63;

    protected long lastMs;
    protected long lastValueBits;
    /** From the last but one sample to the last. */
    protected long stepMs;

    /** Bits that wait for a word to be full, the first one leftmost; the rest is zero. */
    protected long pending;

    /** 0 to 63. */
    protected int pendingBits;

    /** Zero bits before and after those that were written of the last changed value. */
    protected int leading = NO_WINDOW;

    protected int trailing;
    protected int count;

    /**
     * Whether the last write was one of whole bytes. Prometheus' writer then keeps a zero byte at the end of the stream
     * if that ends on a byte's edge.
     */
    protected boolean wroteBytes;

    /** Takes the next 64 bits of the stream, the first one leftmost. */
    protected abstract void word(long bits);

    /** Adds a sample; {@code timestampMs} must be above that of the last one, which nobody checks here. */
    protected final void add(long timestampMs, long valueBits) {
        if (count == 0) {
            putVarint((timestampMs << 1) ^ (timestampMs >> 63));
            put(valueBits, 64);
            wroteBytes = true;
            stepMs = 0;
            leading = NO_WINDOW;
            trailing = 0;
        } else {
            long step = timestampMs - lastMs;
            int zeros = 0;
            if (count == 1) {
                putVarint(step);
            } else if (step == stepMs) {
                zeros = 1;
            } else {
                putStepChange(step - stepMs);
            }
            stepMs = step;
            putValue(zeros, valueBits ^ lastValueBits);
        }
        lastMs = timestampMs;
        lastValueBits = valueBits;
        count++;
    }

    /** Bytes that the stream has behind its full words; the caller writes {@link #pending} there, and zeros behind it. */
    protected final int tailBytes() {
        return (pendingBits + 7) / 8 + (wroteBytes && (pendingBits & 7) == 0 ? 1 : 0);
    }

    private void putStepChange(long change) {
        if (fits(change, 14)) {
            put(0b10L << 14 | change & 0x3FFF, 16);
        } else if (fits(change, 17)) {
            put(0b110L << 17 | change & 0x1FFFF, 20);
        } else if (fits(change, 20)) {
            put(0b1110L << 20 | change & 0xFFFFF, 24);
        } else {
            put(0b1111, 4);
            put(change, 64);
        }
    }

    /** Whether {@code bits} bits hold the value; the range leans to the positive side. */
    private static boolean fits(long value, int bits) {
        return -((1L << (bits - 1)) - 1) <= value && value <= 1L << (bits - 1);
    }

    /**
     * What is written for a value goes out in one piece where a word holds it: each piece costs a branch that the
     * processor cannot foresee. So does the choice between two windows, unless nothing but values depends on it.
     *
     * @param zeros zero bits that go before: that the step has not changed
     */
    private void putValue(int zeros, long xor) {
        if (xor == 0) {
            put(0, zeros + 1);
            wroteBytes = false;
            return;
        }
        int newLeading = Math.min(31, Long.numberOfLeadingZeros(xor));
        int newTrailing = Long.numberOfTrailingZeros(xor);
        boolean sameWindow = leading != NO_WINDOW && newLeading >= leading && newTrailing >= trailing;
        leading = sameWindow ? leading : newLeading;
        trailing = sameWindow ? trailing : newTrailing;
        int length = 64 - leading - trailing;
        long window = 0b11L << 11 | (long) leading << 6 | length & 63; // a length of 64 is written as 0
        long before = sameWindow ? 0b10 : window;
        int beforeBits = zeros + (sameWindow ? 2 : 13);
        if (beforeBits + length <= 64) {
            put(before << length | xor >>> trailing, beforeBits + length);
        } else {
            put(before, beforeBits);
            put(xor >>> trailing, length);
        }
        wroteBytes = (length & 7) == 0;
    }

    /** Seven bits a byte, the lowest first; the upper bit says that more follow. */
    private void putVarint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            put(rest & 0x7F | 0x80, 8);
            rest >>>= 7;
        }
        put(rest, 8);
    }

    /** Appends the lower {@code n} bits, 1 to 64; those above must be zero. */
    private void put(long bits, int n) {
        int free = 64 - pendingBits;
        if (n < free) {
            pending |= bits << (free - n);
            pendingBits += n;
        } else {
            int rest = n - free;
            word(pending | bits >>> rest);
            pending = rest == 0 ? 0 : bits << (64 - rest);
            pendingBits = rest;
        }
    }
}
