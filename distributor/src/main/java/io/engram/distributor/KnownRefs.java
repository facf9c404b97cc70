package io.engram.distributor;

import io.engram.model.write.WriteOutcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Series that came by remote write 2.0 and were stored: from a key over their symbols to fingerprint and placement, so
 * that their labels need not be written out to be hashed. Bounded: two generations, as {@link KnownSeries} has them.
 *
 * <p>Entries stand in the order in which they came, those of one request side by side. A sender keeps to its order, so
 * that after an entry the next one is tried first, and the table is asked only where a series is another. An entry is
 * four words: the key's upper word; 32 bits of its lower one with the placement; the fingerprint. Writers take a lock and
 * set the first word last; an entry is never written again. So readers, who take none, see all of it or nothing. 96 bits
 * of the key must match. A miss only costs another look at the labels.
 */
final class KnownRefs {
    private static final long UPPER = 0xFFFFFFFF_00000000L;
    private static final int WORDS = 4;
    private static final int MIN_ENTRIES = 1 << 9;
    private static final int MAX_PROBES = 64;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(int[].class);

    private final int maxEntries;
    private volatile Generation young = new Generation(MIN_ENTRIES);
    private volatile Generation old = young;

    /** @param maxBytes what both generations may take together */
    KnownRefs(long maxBytes) {
        long entries = Math.clamp(maxBytes / 2 / Generation.ENTRY_BYTES, MIN_ENTRIES, 1 << 26);
        this.maxEntries = (int) Long.highestOneBit(entries);
    }

    /**
     * Looks up the keys of the first {@code count} series and writes what is known of them into the other arrays; the
     * ordinals of the others into {@code missed}.
     *
     * @param keyHi 0 for series that need no answer
     * @return how many are in {@code missed}
     */
    int find(long[] keyHi, long[] keyLo, int count, long[] hi, long[] lo, int[] placement, int[] missed) {
        Generation generation = young;
        generation.asked.addAndGet(count);
        long[] words = generation.words;
        int missedCount = 0;
        int at = -1;
        for (int i = 0; i < count; i++) {
            if (keyHi[i] == 0) {
                continue;
            }
            at = generation.find(keyHi[i], keyLo[i], at);
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
        Generation generation = old;
        long[] words = generation.words;
        int missedCount = 0;
        int at = -1;
        for (int k = 0; k < count; k++) {
            int i = missed[k];
            at = generation.find(keyHi[i], keyLo[i], at);
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

    /** Remembers those of the series that are stored. */
    void addStored(NewRefs series, WriteOutcome outcome) {
        if (series.row().length > 0) {
            addAll(series, outcome);
        }
    }

    /** Under one lock, so that no other request's come in between. */
    private synchronized void addAll(NewRefs series, WriteOutcome outcome) {
        boolean all = outcome.refused() == 0;
        int[] row = series.row();
        for (int k = 0; k < row.length; k++) {
            if (all || row[k] >= 0 && outcome.of(row[k]).success()) {
                add(series.keyHi()[k], series.keyLo()[k], series.hi()[k], series.lo()[k], series.placement()[k]);
            }
        }
    }

    /** @param keyHi 0 marks an entry that is not there: such a key is not remembered */
    synchronized void add(long keyHi, long keyLo, long hi, long lo, int placement) {
        if (keyHi != 0 && !young.add(keyHi, keyLo, hi, lo, placement)) {
            Generation full = young;
            boolean soon = full.asked.get() < (long) KnownSeries.ASKED_ENOUGH * full.entries;
            young = new Generation(Math.min(soon ? 2 * full.entries : full.entries, maxEntries));
            old = full;
            young.add(keyHi, keyLo, hi, lo, placement);
        }
    }

    /** For how many series there is room. */
    int slots() {
        return young.entries;
    }

    /** Entries, and an open-addressed table of their numbers, counted from 1, by the lower bits of the key. */
    private static final class Generation {
        /** With its two slots. */
        static final int ENTRY_BYTES = 8 * WORDS + 2 * Integer.BYTES;

        final int entries;
        final long[] words;
        final AtomicLong asked = new AtomicLong();
        private final int[] slots;
        private int used;

        Generation(int entries) {
            this.entries = entries;
            this.words = new long[WORDS * entries];
            this.slots = new int[2 * entries];
        }

        /**
         * Where the words of that key begin, or −1.
         *
         * @param previous what the series before this one has found
         */
        int find(long keyHi, long keyLo, int previous) {
            int next = previous + WORDS;
            if (previous >= 0 && next < words.length && holds(next, keyHi, keyLo)) {
                return next;
            }
            int mask = slots.length - 1;
            int slot = (int) keyLo & mask;
            for (int probe = 0; probe < MAX_PROBES; probe++) {
                int number = (int) SLOT.getAcquire(slots, slot);
                if (number == 0) {
                    return -1;
                }
                int at = WORDS * (number - 1);
                if (holds(at, keyHi, keyLo)) {
                    return at;
                }
                slot = (slot + 1) & mask;
            }
            return -1;
        }

        private boolean holds(int at, long keyHi, long keyLo) {
            return (long) WORD.getAcquire(words, at) == keyHi && ((words[at + 1] ^ keyLo) & UPPER) == 0;
        }

        /** False where it is full; guarded by the outer object. */
        boolean add(long keyHi, long keyLo, long hi, long lo, int placement) {
            if (used == entries) {
                return false;
            }
            int mask = slots.length - 1;
            int slot = (int) keyLo & mask;
            for (int probe = 0; probe < MAX_PROBES; probe++) {
                int number = slots[slot];
                if (number == 0) {
                    int at = WORDS * used;
                    words[at + 1] = (keyLo & UPPER) | (placement & ~UPPER);
                    words[at + 2] = hi;
                    words[at + 3] = lo;
                    WORD.setRelease(words, at, keyHi);
                    SLOT.setRelease(slots, slot, ++used);
                    return true;
                }
                if (holds(WORDS * (number - 1), keyHi, keyLo)) {
                    return true; // another request was faster
                }
                slot = (slot + 1) & mask;
            }
            return false;
        }
    }
}
