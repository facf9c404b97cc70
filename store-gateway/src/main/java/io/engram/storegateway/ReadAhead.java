package io.engram.storegateway;

/**
 * Reads the chunks of a selection ahead of those who fetch them, in few large ranges: a select of a thousand series is one or two,
 * not one for every fetch. The threads of a query take turns in dealing out what is read, since each would cut up the range of
 * the others; they read at the same time. Safe for many threads.
 */
final class ReadAhead {
    /** Series that other threads fetch at the moment: those who divide a selection begin with its first series. */
    private static final int FETCHED_BY_OTHERS = 4096;

    private final Pages pages;
    private final int seriesCount;
    private final long pagesAtATime;
    /** All series before this one were read, or are. Guarded by this. */
    private int dealt;

    /** @param bytes what is read in all, about, where something must be read */
    ReadAhead(Pages pages, int seriesCount, long bytes) {
        this.pages = pages;
        this.seriesCount = seriesCount;
        this.pagesAtATime = bytes / PageKey.BYTES;
    }

    /**
     * Has the chunks of {@code ordinals[from .. to)} at hand, or on their way. Where something must be read, the series between
     * those read before and these are read along, and those behind: they are asked for next. Where these series are larger
     * than what is read at a time, it is a multiple of that.
     */
    void load(ChunkFetch fetch, int[] ordinals, int from, int to) {
        Pages.Claim claim;
        synchronized (this) {
            PageSet wanted = new PageSet();
            long pageCount = 0;
            int first = Integer.MAX_VALUE;
            int last = 0;
            for (int i = from; i < to; i++) {
                pageCount += fetch.want(ordinals[i], wanted);
                first = Math.min(first, ordinals[i]);
                last = Math.max(last, ordinals[i]);
            }
            if (pages.has(wanted)) {
                return;
            }
            long room = Math.ceilDiv(pageCount, pagesAtATime) * pagesAtATime;
            long next = pageCount / (to - from); // about what each further series adds
            for (int i = first - 1; i >= begin(first) && pageCount + next <= room; i--) {
                next = fetch.want(i, wanted);
                pageCount += next;
            }
            int end = last + 1;
            while (end < seriesCount && pageCount + next <= room) {
                next = fetch.want(end++, wanted);
                pageCount += next;
            }
            dealt = Math.max(dealt, end);
            claim = pages.claim(wanted);
        }
        pages.read(claim);
    }

    /** Where the series begin that others fetch, as far as one may guess. */
    private int begin(int first) {
        return first - dealt <= FETCHED_BY_OTHERS ? dealt : first;
    }
}
