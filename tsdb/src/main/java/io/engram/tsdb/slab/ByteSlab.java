package io.engram.tsdb.slab;

import java.util.Arrays;

/**
 * Byte strings of many tenants, packed into pages that the garbage collector never has to look into.
 *
 * <p>A slot is named by an {@code int} address (unsigned): the page in the upper 14 bits, the place in it, in units of
 * 4 bytes, in the lower 18; so that a slab holds up to 16 GiB. The caller remembers the address and can tell the
 * length; the slab stores nothing beside the bytes. A freed slot goes to the list of its size and is handed out again;
 * pages stay.
 *
 * <p>Thread rules: {@link #allocate} and {@link #free} may be called by any thread. The bytes of a slot belong to who
 * allocated it; readers see them through whatever publishes the address to them, and must be gone before the slot is
 * freed.
 */
public final class ByteSlab {
    /** With its header a page is as long as a {@link LongPage}, and for the same reason. */
    public static final int PAGE_BYTES = (1 << 20) - 16;

    /** Address 0 is never handed out: it may stand for "nothing". */
    public static final int NONE = 0;

    private static final int UNIT_SHIFT = 2;
    private static final int PAGE_SHIFT = 18;
    private static final int UNIT_MASK = (1 << PAGE_SHIFT) - 1;
    private static final int MAX_PAGES = 1 << (32 - PAGE_SHIFT);
    private static final int PAGE_UNITS = PAGE_BYTES >>> UNIT_SHIFT;

    /** Up to here every number of units has a list of its own; above, sizes are rounded to eighths of a power of two. */
    private static final int EXACT_UNITS = 64;

    private static final int CLASS_COUNT = sizeClass(PAGE_UNITS) + 2;

    /** Replaced by a longer copy when it is full; a reader that holds an older one still finds its own pages in it. */
    private volatile byte[][] pages = new byte[4][];

    /** Guarded by this: the first free slot of each size; the next one's address stands in a free slot's first bytes. */
    private final int[] freeHead = new int[CLASS_COUNT];

    private int pageCount; // guarded by this
    private int nextUnit = PAGE_UNITS; // guarded by this: first unit never handed out in the newest page
    private long usedBytes; // guarded by this

    /**
     * Reserves a slot of at least {@code length} bytes, contents undefined.
     *
     * @throws IllegalArgumentException for a length that no page can hold
     * @throws IllegalStateException where all 16 GiB are in use
     */
    public synchronized int allocate(int length) {
        int units = unitsOf(length);
        usedBytes += (long) units << UNIT_SHIFT;
        int sizeClass = sizeClass(units);
        int head = freeHead[sizeClass];
        if (head != NONE) {
            freeHead[sizeClass] = readLink(head);
            return head;
        }
        if (nextUnit + units > PAGE_UNITS) {
            addPage();
        }
        int address = (pageCount - 1) << PAGE_SHIFT | nextUnit;
        nextUnit += units;
        return address;
    }

    /** Gives back the slot that {@link #allocate} returned for this {@code length}. */
    public synchronized void free(int address, int length) {
        int units = unitsOf(length);
        usedBytes -= (long) units << UNIT_SHIFT;
        link(address, units);
    }

    /** The page of a slot. Valid until the slot is freed. */
    public byte[] page(int address) {
        return pages[address >>> PAGE_SHIFT];
    }

    /** Where in its page a slot begins, in bytes. */
    public static int offset(int address) {
        return (address & UNIT_MASK) << UNIT_SHIFT;
    }

    /** What a slot of {@code length} bytes takes, in bytes. */
    public static int slotBytes(int length) {
        return unitsOf(length) << UNIT_SHIFT;
    }

    /** Bytes in slots now handed out, as {@link #slotBytes} counts them. */
    public synchronized long usedBytes() {
        return usedBytes;
    }

    /** Bytes in pages, whether handed out or not. */
    public synchronized long reservedBytes() {
        return (long) pageCount * PAGE_BYTES;
    }

    private void addPage() {
        giveAwayRest();
        if (pageCount == MAX_PAGES) {
            throw new IllegalStateException("byte slab is full: " + usedBytes + " bytes in use");
        }
        byte[][] all = pages;
        if (pageCount == all.length) {
            all = Arrays.copyOf(all, Math.min(MAX_PAGES, all.length * 2));
        }
        all[pageCount++] = new byte[PAGE_BYTES];
        pages = all;
        nextUnit = pageCount == 1 ? 1 : 0; // the first unit of the first page would be address 0
    }

    /** Puts what is left of the newest page on the lists, in the largest sizes that exist, for smaller slots. */
    private void giveAwayRest() {
        while (nextUnit < PAGE_UNITS) {
            int units = floorToClass(PAGE_UNITS - nextUnit);
            link((pageCount - 1) << PAGE_SHIFT | nextUnit, units);
            nextUnit += units;
        }
    }

    private void link(int address, int units) {
        int sizeClass = sizeClass(units);
        byte[] page = page(address);
        int at = offset(address);
        int next = freeHead[sizeClass];
        for (int i = 0; i < 4; i++) {
            page[at + i] = (byte) (next >>> (8 * i));
        }
        freeHead[sizeClass] = address;
    }

    private int readLink(int address) {
        byte[] page = page(address);
        int at = offset(address);
        return (page[at] & 0xFF)
                | (page[at + 1] & 0xFF) << 8
                | (page[at + 2] & 0xFF) << 16
                | (page[at + 3] & 0xFF) << 24;
    }

    private static int unitsOf(int length) {
        if (length < 0 || length > PAGE_BYTES - (1 << UNIT_SHIFT)) {
            throw new IllegalArgumentException("a slot holds 0 to " + (PAGE_BYTES - 4) + " bytes, not " + length);
        }
        int units = Math.max(1, (length + 3) >>> UNIT_SHIFT);
        if (units <= EXACT_UNITS) {
            return units;
        }
        int step = Integer.highestOneBit(units - 1) >>> 3;
        return Math.min((units + step - 1) & -step, PAGE_UNITS - 1);
    }

    private static int floorToClass(int units) {
        if (units <= EXACT_UNITS) {
            return units;
        }
        int step = Integer.highestOneBit(units - 1) >>> 3;
        return units == PAGE_UNITS - 1 ? units : units & -step;
    }

    /** A number of its own for every size that {@link #unitsOf} returns. */
    private static int sizeClass(int units) {
        if (units <= EXACT_UNITS) {
            return units;
        }
        int log = 31 - Integer.numberOfLeadingZeros(units - 1);
        int step = 1 << (log - 3);
        return EXACT_UNITS + (log - 6) * 8 + (units - (1 << log) + step - 1) / step;
    }
}
