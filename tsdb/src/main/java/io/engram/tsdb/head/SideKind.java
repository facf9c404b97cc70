package io.engram.tsdb.head;

import java.util.function.BiFunction;

/**
 * What a head keeps of series beside their floats in order. The ids stand in the log and in checkpoints: they are never
 * given to something else.
 */
enum SideKind {
    /** Samples older than the newest of their series. */
    LATE(1, 1, 1L << 55, false, LateStore::new),
    /** When the counting of a series began. */
    STARTS(2, 1, 1L << 56, false, StartStore::new),
    /** Exemplars. */
    EXEMPLARS(3, 1, 1L << 57, true, (head, lane) -> new ExemplarStore(head)),
    /** What senders say of metrics; no series has a flag of it. */
    METADATA(4, 1, 0, true, (head, lane) -> new MetadataStore(head)),
    /** Native histograms. */
    HISTOGRAMS(5, 1, 1L << 59, false, HistogramStore::new),
    /** Native histograms older than the newest sample of their series. */
    LATE_HISTOGRAMS(6, 1, 1L << 60, false, LateHistogramStore::new),
    /** How much each replica sent; no series has a flag of it. */
    ACTIVITY(7, 1, 0, false, (head, lane) -> new ActivityStore(head));

    /** Flags of all kinds in {@link SeriesRecord#STATE}: whether a series has anything beside. */
    static final long ANY = 0xFFL << 55;

    private static final SideKind[] ALL = values();
    private static final long WIDE = wideFlags();

    final int id;
    /** Of what {@link SideStore#write} writes; older ones can be read. */
    final int version;
    /**
     * The record of a series that the store has something of has this flag in its {@link SeriesRecord#STATE}; 0 where it
     * keeps nothing by series.
     */
    final long flag;
    /** It belongs to the tenant as a whole, not to stripes. */
    final boolean wide;

    private final BiFunction<TenantHead, Stripe, SideStore> factory;

    SideKind(int id, int version, long flag, boolean wide, BiFunction<TenantHead, Stripe, SideStore> factory) {
        this.id = id;
        this.version = version;
        this.flag = flag;
        this.wide = wide;
        this.factory = factory;
    }

    SideStore create(TenantHead head, Stripe lane) {
        return factory.apply(head, lane);
    }

    /** Whether the wide lane has something of a series with this state. */
    static boolean anyWide(long state) {
        return (state & WIDE) != 0;
    }

    private static long wideFlags() {
        long flags = 0;
        for (SideKind kind : ALL) {
            flags |= kind.wide ? kind.flag : 0;
        }
        return flags;
    }

    /** The kind with this id, or null. */
    static SideKind of(int id) {
        for (SideKind kind : ALL) {
            if (kind.id == id) {
                return kind;
            }
        }
        return null;
    }
}
