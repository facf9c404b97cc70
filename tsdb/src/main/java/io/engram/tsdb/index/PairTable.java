package io.engram.tsdb.index;

import io.engram.model.labels.Label;
import io.engram.model.read.LabelsBatch;
import io.engram.tsdb.slab.ByteSlab;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The distinct pairs of a tenant: from bytes to id by an open hash table, from id to bytes by a column of slab
 * addresses. Ids are given out in order and never twice.
 *
 * <p>One writer. A reader finds every pair that was there when it took its view: slots are filled before the view can
 * see their pair, and a table that is replaced holds what it held.
 */
final class PairTable {
    static final int MISSING = -1;

    private static final int FIRST_SLOTS = 64;
    private static final int FIRST_NAMES = 16;

    private final ByteSlab slab;

    /** Upper half: upper half of the hash. Lower half: pair id plus one. 0: free. */
    private volatile long[] slots = new long[FIRST_SLOTS];

    private int filled;

    private final IntColumn text = new IntColumn();
    private final IntColumn nameNumber = new IntColumn();
    private final IntColumn olderOfName = new IntColumn();
    private volatile int limit;
    private volatile int live;
    private volatile long addedTextBytes; // by the writer
    private final AtomicLong freedTextBytes = new AtomicLong(); // by whoever closes the last view

    /** Open hash table of the names; never shrinks, names are few. */
    private volatile NameEntry[] nameSlots = new NameEntry[FIRST_NAMES];

    private volatile NameEntry[] names = new NameEntry[FIRST_NAMES];
    private volatile int nameCount;
    private volatile long nameBytes;

    PairTable(ByteSlab slab) {
        this.slab = slab;
    }

    /** The id of a pair whose form was checked; a new one where it is not known. */
    int intern(byte[] bytes, int from, int length) {
        long hash = PairBytes.hash(bytes, from, length);
        int known = find(bytes, from, length, hash);
        return known != MISSING ? known : add(bytes, from, length, hash);
    }

    int find(byte[] bytes, int from, int length) {
        return find(bytes, from, length, PairBytes.hash(bytes, from, length));
    }

    int find(String name, String value) {
        byte[] pair = PairBytes.of(name, value);
        return find(pair, 0, pair.length);
    }

    /** Whether a pair has these bytes. */
    boolean is(int pairId, byte[] bytes, int from, int length) {
        int address = text.get(pairId);
        if (address == ByteSlab.NONE) {
            return false;
        }
        byte[] page = slab.page(address);
        int at = ByteSlab.offset(address);
        return at + length <= page.length && Arrays.equals(page, at, at + length, bytes, from, from + length);
    }

    /** Where the text of a pair is. */
    int address(int pairId) {
        return text.get(pairId);
    }

    ByteSlab slab() {
        return slab;
    }

    int nameNumber(int pairId) {
        return nameNumber.get(pairId);
    }

    /** The id plus one of the pair before this one with the same name, 0 where it was the first. */
    int olderOfName(int pairId) {
        return olderOfName.get(pairId);
    }

    int limit() {
        return limit;
    }

    int live() {
        return live;
    }

    long textBytes() {
        return addedTextBytes - freedTextBytes.get();
    }

    long tableBytes() {
        return HeapSize.array(slots.length, 8)
                + text.bytes()
                + nameNumber.bytes()
                + olderOfName.bytes()
                + HeapSize.array(nameSlots.length, 4)
                + HeapSize.array(names.length, 4)
                + nameBytes;
    }

    int nameCount() {
        return nameCount;
    }

    NameEntry name(int number) {
        return names[number];
    }

    /** Null where no pair has the name. */
    NameEntry name(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return findName(bytes, 0, bytes.length);
    }

    /** Of the pair's bytes. */
    int length(int pairId) {
        int address = text.get(pairId);
        return PairBytes.length(slab.page(address), ByteSlab.offset(address));
    }

    /** Copies the pair's bytes; returns how many. */
    int copy(int pairId, byte[] into, int offset) {
        int address = text.get(pairId);
        byte[] page = slab.page(address);
        int from = ByteSlab.offset(address);
        int length = PairBytes.length(page, from);
        System.arraycopy(page, from, into, offset, length);
        return length;
    }

    void addTo(LabelsBatch batch, int pairId) {
        int address = text.get(pairId);
        byte[] page = slab.page(address);
        int from = ByteSlab.offset(address);
        batch.addPair(page, from, PairBytes.length(page, from));
    }

    Label label(int pairId) {
        int address = text.get(pairId);
        byte[] page = slab.page(address);
        int pair = ByteSlab.offset(address);
        int at = PairBytes.nameAt(page, pair);
        String name = new String(page, at, PairBytes.nameLength(page, pair), StandardCharsets.UTF_8);
        return new Label(name, value(page, pair));
    }

    String value(int pairId) {
        int address = text.get(pairId);
        return value(slab.page(address), ByteSlab.offset(address));
    }

    private static String value(byte[] page, int pair) {
        int at = PairBytes.valueLengthAt(page, pair);
        int length = PairBytes.varint(page, at);
        return new String(page, at + PairBytes.varintLength(length), length, StandardCharsets.UTF_8);
    }

    /** Takes pairs out of the hash table; their text stays readable until {@link #freeText}. */
    void forget(int[] dead, int count) {
        long[] old = slots;
        int[] sorted = Arrays.copyOf(dead, count);
        Arrays.sort(sorted);
        long[] fresh = new long[tableSize(filled - count)];
        for (long slot : old) {
            if (slot != 0 && Arrays.binarySearch(sorted, (int) slot - 1) < 0) {
                // Where a slot goes depends on the lower half of the hash, which the text still gives.
                int address = text.get((int) slot - 1);
                byte[] page = slab.page(address);
                int at = ByteSlab.offset(address);
                insert(fresh, slot, PairBytes.hash(page, at, PairBytes.length(page, at)));
            }
        }
        filled -= count;
        live -= count;
        slots = fresh;
    }

    /**
     * Gives back the slot of a pair that was forgotten and that no reader can ask for any more. Any thread; so the
     * column, which is the writer's, keeps the address.
     */
    void freeText(int pairId) {
        int address = text.get(pairId);
        int length = PairBytes.length(slab.page(address), ByteSlab.offset(address));
        freedTextBytes.addAndGet(ByteSlab.slotBytes(length));
        slab.free(address, length);
    }

    private int find(byte[] bytes, int from, int length, long hash) {
        long[] table = slots;
        int mask = table.length - 1;
        int tag = (int) (hash >>> 32);
        for (int i = (int) hash & mask; ; i = (i + 1) & mask) {
            long slot = table[i];
            if (slot == 0) {
                return MISSING;
            }
            if ((int) (slot >>> 32) == tag && is((int) slot - 1, bytes, from, length)) {
                return (int) slot - 1;
            }
        }
    }

    private int add(byte[] bytes, int from, int length, long hash) {
        int pairId = limit;
        int address = slab.allocate(length);
        System.arraycopy(bytes, from, slab.page(address), ByteSlab.offset(address), length);
        addedTextBytes += ByteSlab.slotBytes(length);
        NameEntry name = internName(bytes, PairBytes.nameAt(bytes, from), PairBytes.nameLength(bytes, from));
        text.set(pairId, address);
        nameNumber.set(pairId, name.number);
        olderOfName.set(pairId, name.newestPair);
        name.newestPair = pairId + 1;
        name.pairCount++;
        if (tableSize(filled + 1) > slots.length) {
            growSlots();
        }
        insert(slots, hash & 0xFFFF_FFFF_0000_0000L | (pairId + 1), hash);
        filled++;
        live++;
        limit = pairId + 1;
        return pairId;
    }

    /** At most two thirds full: a miss then looks at five slots on average. */
    private static int tableSize(int entries) {
        int size = FIRST_SLOTS;
        while (size / 3 * 2 < entries) {
            size <<= 1;
        }
        return size;
    }

    private void growSlots() {
        long[] fresh = new long[slots.length * 2];
        for (long slot : slots) {
            if (slot != 0) {
                int address = text.get((int) slot - 1);
                byte[] page = slab.page(address);
                int at = ByteSlab.offset(address);
                insert(fresh, slot, PairBytes.hash(page, at, PairBytes.length(page, at)));
            }
        }
        slots = fresh;
    }

    private static void insert(long[] table, long slot, long hash) {
        int mask = table.length - 1;
        int i = (int) hash & mask;
        while (table[i] != 0) {
            i = (i + 1) & mask;
        }
        table[i] = slot;
    }

    private NameEntry internName(byte[] bytes, int from, int length) {
        NameEntry known = findName(bytes, from, length);
        if (known != null) {
            return known;
        }
        int number = nameCount;
        NameEntry entry = new NameEntry(number, Arrays.copyOfRange(bytes, from, from + length));
        if (number == names.length) {
            names = Arrays.copyOf(names, number + (number >> 1));
        }
        names[number] = entry;
        if ((number + 1) * 3 > nameSlots.length * 2) {
            NameEntry[] fresh = new NameEntry[nameSlots.length * 2];
            for (int i = 0; i < number; i++) {
                insertName(fresh, names[i]);
            }
            nameSlots = fresh;
        }
        insertName(nameSlots, entry);
        nameBytes += NameEntry.BYTES + HeapSize.array(length, 1);
        nameCount = number + 1;
        return entry;
    }

    private static void insertName(NameEntry[] table, NameEntry entry) {
        int mask = table.length - 1;
        int i = (int) PairBytes.hash(entry.name, 0, entry.name.length) & mask;
        while (table[i] != null) {
            i = (i + 1) & mask;
        }
        table[i] = entry;
    }

    private NameEntry findName(byte[] bytes, int from, int length) {
        NameEntry[] table = nameSlots;
        int mask = table.length - 1;
        for (int i = (int) PairBytes.hash(bytes, from, length) & mask; ; i = (i + 1) & mask) {
            NameEntry entry = table[i];
            if (entry == null || Arrays.equals(entry.name, 0, entry.name.length, bytes, from, from + length)) {
                return entry;
            }
        }
    }
}
