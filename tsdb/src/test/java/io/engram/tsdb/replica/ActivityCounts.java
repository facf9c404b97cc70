package io.engram.tsdb.replica;

import io.engram.tsdb.replica.FaultScript.TwinScript;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What replicas sent, counted sample by sample. */
final class ActivityCounts implements Activity {
    private record Cell(long samples, long series) {}

    private final List<String> replicas = new ArrayList<>();
    private final List<Map<Long, Cell>> cells = new ArrayList<>();
    private final int series;

    /** @param series how many series the pair has that are like the one counted */
    ActivityCounts(int series) {
        this.series = series;
    }

    ActivityCounts set(String replica, long window, long samples, long ofSeries) {
        if (!replicas.contains(replica)) {
            replicas.add(replica);
            cells.add(new HashMap<>());
        }
        cells.get(replicas.indexOf(replica)).put(window, new Cell(samples, ofSeries));
        return this;
    }

    /** Counts the twin's samples as often as there are series; of each, a scrape may fall over the window's edge. */
    void count(TwinScript twin, SplittableRandom random) {
        Map<Long, Long> samples = new HashMap<>();
        for (int i = 0; i < twin.count(); i++) {
            samples.merge(SlowMerge.window(twin.timeMs()[i]), 1L, Long::sum);
        }
        samples.forEach((window, n) ->
                set(twin.replica(), window, n * series - (n > 2 ? random.nextInt(series + 1) : 0), series));
    }

    @Override
    public int replicaCount() {
        return replicas.size();
    }

    @Override
    public String replica(int replica) {
        return replicas.get(replica);
    }

    @Override
    public long samples(int replica, long window) {
        Cell cell = cells.get(replica).get(window);
        return cell == null ? 0 : cell.samples;
    }

    @Override
    public long series(int replica, long window) {
        Cell cell = cells.get(replica).get(window);
        return cell == null ? 0 : cell.series;
    }
}
