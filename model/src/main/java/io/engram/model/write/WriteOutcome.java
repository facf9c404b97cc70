package io.engram.model.write;

/** What became of each row of a {@link WriteBatch}: its floats, then its histograms, then its exemplars. */
public final class WriteOutcome {
    private static final SampleStatus[] STATUSES = SampleStatus.values();

    /** Everything was stored: the common case, which costs nothing. */
    public static final WriteOutcome ALL_STORED = new WriteOutcome(0);

    private final byte[] status;
    private final int[] count = new int[STATUSES.length];
    private final int[] first = new int[STATUSES.length];
    private final long[] firstDetailMs = new long[STATUSES.length];

    public WriteOutcome(int rowCount) {
        this.status = new byte[rowCount];
    }

    /**
     * Notes another status than {@link SampleStatus#STORED}, once per sample, in any order of samples; {@code detailMs} is
     * what it was judged by, see {@link #firstDetailMs}.
     */
    public void set(int sample, SampleStatus what, long detailMs) {
        status[sample] = (byte) what.ordinal();
        if (count[what.ordinal()]++ == 0 || sample < first[what.ordinal()]) {
            first[what.ordinal()] = sample;
            firstDetailMs[what.ordinal()] = detailMs;
        }
    }

    public SampleStatus of(int sample) {
        return status.length == 0 ? SampleStatus.STORED : STATUSES[status[sample]];
    }

    /** Zero for {@link SampleStatus#STORED}, which is not counted. */
    public int count(SampleStatus what) {
        return count[what.ordinal()];
    }

    /** The lowest ordinal of the samples with this status; only where {@link #count} is above zero. */
    public int first(SampleStatus what) {
        return first[what.ordinal()];
    }

    /**
     * What {@link #first} was judged by. Of samples a time: the series' newest sample, or the oldest time that is kept. Of
     * series that would be new, how many there are; for a budget of a label set see {@link #budgetDetail}.
     */
    public long firstDetailMs(SampleStatus what) {
        return firstDetailMs[what.ordinal()];
    }

    /** A detail that says which of the tenant's budgets is full, and how many series it has. */
    public static long budgetDetail(int budget, int series) {
        return (long) budget << 32 | series & 0xFFFF_FFFFL;
    }

    /** Which budget a detail is about. */
    public static int budgetOf(long detail) {
        return (int) (detail >>> 32);
    }

    /** How many series a detail tells of. */
    public static int budgetSeriesOf(long detail) {
        return (int) detail;
    }

    /** Rows that were refused. */
    public int refused() {
        int refused = 0;
        for (SampleStatus what : STATUSES) {
            refused += what.success() ? 0 : count[what.ordinal()];
        }
        return refused;
    }
}
