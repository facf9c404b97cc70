package io.engram.distributor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Series that came by remote write 2.0 and were stored: from a key over their symbols to fingerprint and placement, so
 * that their labels need not be written out to be hashed. Bounded: two generations, as {@link KnownSeries} has them.
 *
 * <p>A slot is four words: the key's upper word; 32 bits of its lower one with the placement; the fingerprint. Writers
 * take a lock and set the first word last; a slot is never written again. So readers, who take none, see all of it or
 * nothing. 96 bits of the key must match. A miss only costs another look at the labels.
 */
final class KnownRefs {
    private static final long UPPER = 0xFFFFFFFF_00000000L;
    private static final int WORDS = 4;
    private static final int MIN_SLOTS = 1 << 10;
    private static final int MAX_PROBES = 16;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final int maxSlots;
    private volatile long[] young = new long[WORDS * MIN_SLOTS];
    private volatile long[] old = young;
    private int used; // slots of the younger generation; guarded by this

    /** @param maxBytes what both generations may take together */
    KnownRefs(long maxBytes) {
        long slots = Math.clamp(maxBytes / 2 / (8 * WORDS), MIN_SLOTS, 1 << 27);
        this.maxSlots = (int) Long.highestOneBit(slots);
    }

    /**
     * Looks up the keys of the first {@code count} series and writes what is known of them into the other arrays; the
     * ordinals of the others into {@code missed}. A loop of nothing else, so that the processor waits for many slots at
     * the same time.
     *
     * @param keyHi 0 for series that need no answer
     * @return how many are in {@code missed}
     */
    int find(long[] keyHi, long[] keyLo, int count, long[] hi, long[] lo, int[] placement, int[] missed) {
        long[] words = young;
        int missedCount = 0;
        for (int i = 0; i < count; i++) {
            if (keyHi[i] == 0) {
                continue;
            }
            int at = find(words, keyHi[i], keyLo[i]);
            if (at < 0) {
                missed[missedCount++] = i;
            } else {
                placement[i] = (int) words[at + 1];
                hi[i] = words[at + 2];
                lo[i] = words[at + 3];
            }
        }
        return missedCount == 0 ? 0 : findOld(keyHi, keyLo, hi, lo, placement, missed, missedCount);
    }

    /** What is found in the older generation moves into the younger. */
    private int findOld(long[] keyHi, long[] keyLo, long[] hi, long[] lo, int[] placement, int[] missed, int count) {
        long[] words = old;
        int missedCount = 0;
        for (int k = 0; k < count; k++) {
            int i = missed[k];
            int at = find(words, keyHi[i], keyLo[i]);
            if (at < 0) {
                missed[missedCount++] = i;
            } else {
                placement[i] = (int) words[at + 1];
                hi[i] = words[at + 2];
                lo[i] = words[at + 3];
                add(keyHi[i], keyLo[i], hi[i], lo[i], placement[i]);
            }
        }
        return missedCount;
    }

    private static int find(long[] words, long keyHi, long keyLo) {
        int mask = words.length / WORDS - 1;
        int slot = (int) keyLo & mask;
        for (int probe = 0; probe < MAX_PROBES; probe++) {
            int at = WORDS * slot;
            long first = (long) WORD.getAcquire(words, at);
            if (first == keyHi && ((words[at + 1] ^ keyLo) & UPPER) == 0) {
                return at;
            }
            if (first == 0) {
                return -1;
            }
            slot = (slot + 1) & mask;
        }
        return -1;
    }

    /** @param keyHi 0 marks an empty slot: such a key is not remembered */
    synchronized void add(long keyHi, long keyLo, long hi, long lo, int placement) {
        long[] words = young;
        int mask = words.length / WORDS - 1;
        int slot = (int) keyLo & mask;
        for (int probe = 0; probe < MAX_PROBES; probe++) {
            int at = WORDS * slot;
            if (words[at] == 0 && keyHi != 0) {
                words[at + 1] = (keyLo & UPPER) | (placement & ~UPPER);
                words[at + 2] = hi;
                words[at + 3] = lo;
                WORD.setRelease(words, at, keyHi);
                if (++used > mask / 2) {
                    turn();
                }
                return;
            }
            if (words[at] == keyHi && ((words[at + 1] ^ keyLo) & UPPER) == 0) {
                return; // another request was faster
            }
            slot = (slot + 1) & mask;
        }
        turn();
    }

    private synchronized void turn() {
        old = young;
        young = new long[Math.min(2 * young.length, WORDS * maxSlots)];
        used = 0;
    }

    int slots() {
        return young.length / WORDS;
    }
}
