package io.engram.querier.fetch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What the user should know about replicas that were merged. Safe for the query's threads. */
final class MergeNotes {
    private final AtomicLong seriesWithHoles = new AtomicLong();

    /** Counts a series that was merged. */
    void merged(int holes) {
        if (holes > 0) {
            seriesWithHoles.incrementAndGet();
        }
    }

    List<String> infos() {
        List<String> infos = new ArrayList<>();
        long series = seriesWithHoles.get();
        if (series > 0) {
            infos.add("replicas were merged; gaps that all replicas have are in " + series
                    + " of the series (dedup=false shows each replica)");
        }
        return infos;
    }
}
