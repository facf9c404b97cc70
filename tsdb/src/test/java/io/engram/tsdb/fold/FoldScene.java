package io.engram.tsdb.fold;

import io.engram.model.StaleMarker;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.block.EngramSection;
import io.engram.model.block.Folded;
import io.engram.model.histogram.Histogram;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Utf8Order;
import io.engram.model.replica.ActivityBuilder;
import io.engram.model.replica.ActivityTable;
import io.engram.model.replica.ReplicaNames;
import io.engram.tsdb.block.BlockChunkReader;
import io.engram.tsdb.block.BlockContents;
import io.engram.tsdb.block.BlockReader;
import io.engram.tsdb.block.BlockWriter;
import io.engram.tsdb.block.ChunkCutter;
import io.engram.tsdb.block.SampleRun;
import io.engram.tsdb.block.SeriesEntry;
import io.engram.tsdb.replica.MergedSamples;
import io.engram.tsdb.replica.Ranks;
import io.engram.tsdb.replica.ReplicaWindow;
import io.engram.tsdb.replica.TwinMerge;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Samples of a pair, the blocks they are in, folded or not, and what a query over all of them shows. */
final class FoldScene {
    static final ReplicaLabels REPLICAS = new ReplicaLabels(List.of("__replica__", "prometheus_replica"), "cluster");
    static final long NOW_MS = Long.MAX_VALUE / 2;

    /** By labels and time: a double or a histogram. */
    final TreeMap<Labels, TreeMap<Long, Object>> series = new TreeMap<>();

    private final Path folder;
    private long serial;

    FoldScene(Path folder) {
        this.folder = folder;
    }

    void put(Labels labels, long timeMs, Object value) {
        series.computeIfAbsent(labels, _ -> new TreeMap<>()).put(timeMs, value);
    }

    /** A folder with a block; its range may be wider than its samples. */
    record Block(Path folder, FoldRange range, BlockMeta meta) {
        boolean isFolded() {
            return meta.isFolded();
        }
    }

    /** What the replicas sent, counted as ingesters do, more or less. */
    ActivityTable activity() {
        ActivityBuilder table = ActivityTable.builder();
        series.forEach((labels, samples) -> {
            String replica = ReplicaNames.replica(labels, REPLICAS.names());
            Map<Long, Long> windows = new TreeMap<>();
            samples.keySet().forEach(time -> windows.merge(ActivityTable.window(time), 1L, Long::sum));
            if (replica != null) {
                windows.forEach(
                        (window, count) -> table.add(labels.get(REPLICAS.cluster()), replica, window, count, 1));
            }
        });
        return table.build();
    }

    /** Writes what lies in a range as a block out of a head; null where nothing does. */
    Block write(FoldRange range) throws IOException {
        TreeMap<Labels, NavigableMap<Long, Object>> inside = new TreeMap<>();
        TreeSet<String> symbols = new TreeSet<>(Utf8Order::compare);
        series.forEach((labels, samples) -> {
            NavigableMap<Long, Object> part = samples.subMap(range.startMs(), true, range.endMs(), false);
            if (!part.isEmpty()) {
                inside.put(labels, part);
                for (int i = 0; i < labels.size(); i++) {
                    symbols.add(labels.at(i).name());
                    symbols.add(labels.at(i).value());
                }
            }
        });
        if (inside.isEmpty()) {
            return null;
        }
        BlockId id = BlockId.of(1_700_000_000_000L, 0, ++serial);
        BlockMeta[] meta = new BlockMeta[1];
        try (BlockWriter writer = BlockWriter.create(folder, id)) {
            List<String> numbered = new ArrayList<>();
            for (String symbol : symbols) {
                byte[] utf8 = symbol.getBytes(StandardCharsets.UTF_8);
                writer.addSymbol(utf8, 0, utf8.length);
                numbered.add(symbol);
            }
            Map<String, Integer> numbers = new TreeMap<>();
            numbered.forEach(symbol -> numbers.put(symbol, numbers.size()));
            ChunkCutter cutter = new ChunkCutter();
            for (Map.Entry<Labels, NavigableMap<Long, Object>> entry : inside.entrySet()) {
                writer.beginSeries(
                        ids(entry.getKey(), numbers), 2 * entry.getKey().size());
                cutter.cut(run(entry.getValue()), writer::addChunk);
                writer.endSeries();
            }
            Path written = writer.finish(contents -> meta[0] = meta(id, contents, range, null));
            return new Block(written, range, meta[0]);
        }
    }

    private static int[] ids(Labels labels, Map<String, Integer> numbers) {
        int[] ids = new int[2 * labels.size()];
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.at(i);
            ids[2 * i] = numbers.get(label.name());
            ids[2 * i + 1] = numbers.get(label.value());
        }
        return ids;
    }

    private static SampleRun run(NavigableMap<Long, Object> samples) {
        SampleRun run = new SampleRun();
        run.room(samples.size());
        samples.forEach((time, value) -> {
            run.timeMs[run.count] = time;
            if (value instanceof Histogram h) {
                run.histogram[run.count] = h;
                run.hasHistograms = true;
            } else {
                run.value[run.count] = (Double) value;
            }
            run.count++;
        });
        return run;
    }

    private BlockMeta meta(BlockId id, BlockContents contents, FoldRange range, Folded folded) {
        return new BlockMeta(
                id,
                contents.minTimeMs(),
                contents.maxTimeMs() + 1,
                contents.stats(),
                Compaction.ofHead(id, false),
                Optional.empty(),
                new EngramSection(activity().between(range.startMs(), range.endMs() - 1), Optional.ofNullable(folded)));
    }

    /** Folds a block beside its neighbours, whatever these are. */
    Block fold(Block block, List<Block> around) throws IOException {
        List<BlockReader> open = new ArrayList<>();
        try (BlockReader main = BlockReader.open(block.folder)) {
            for (Block other : around) {
                open.add(BlockReader.open(other.folder));
            }
            BlockId id = BlockId.of(1_700_000_000_000L, 0, ++serial);
            BlockFold.Result result = BlockFold.fold(
                    main,
                    open,
                    block.range,
                    REPLICAS,
                    activity(),
                    NOW_MS,
                    folder,
                    id,
                    (contents, folded) -> meta(id, contents, block.range, folded));
            return new Block(result.folder(), block.range, result.meta());
        } finally {
            open.forEach(BlockReader::close);
        }
    }

    /** All that blocks hold, copies folded. */
    static TreeMap<Labels, TreeMap<Long, Object>> read(List<Block> blocks) throws IOException {
        TreeMap<Labels, TreeMap<Long, Object>> all = new TreeMap<>();
        for (Block block : blocks) {
            try (BlockReader reader = BlockReader.open(block.folder)) {
                SeriesEntry entry = new SeriesEntry();
                BlockChunkReader chunks = reader.chunkReader();
                reader.allSeries().forEach((int ref) -> {
                    reader.series(ref, entry);
                    TreeMap<Long, Object> samples = all.computeIfAbsent(reader.labels(entry), _ -> new TreeMap<>());
                    for (int c = 0; c < entry.chunks.count; c++) {
                        SampleRun run = new SampleRun();
                        chunks.load(entry.chunks.ref[c]);
                        chunks.decode(entry.chunks.ref[c], entry.chunks.minMs[c], entry.chunks.maxMs[c], run);
                        for (int i = 0; i < run.count; i++) {
                            samples.putIfAbsent(
                                    run.timeMs[i], run.histogram[i] == null ? (Object) run.value[i] : run.histogram[i]);
                        }
                    }
                });
            }
        }
        return all;
    }

    /**
     * A sample that a query shows.
     *
     * @param text its time, and its value where that is a number
     * @param histogram or null
     * @param growth of a counter since the sample before; NaN where there is none
     * @param reset whether the counter was reset since
     */
    record Shown(String text, Histogram histogram, double growth, boolean reset) {
        /** Buckets without observations do not count: storing may add some. Nor do hints: beside a folded series nobody knows. */
        boolean isSameAs(Shown other) {
            return text.equals(other.text)
                    && (histogram == null ? other.histogram == null : histogram.sameAs(other.histogram));
        }
    }

    /** What a query over such series shows in a range, both ends included. */
    TreeMap<Labels, List<Shown>> query(Map<Labels, TreeMap<Long, Object>> stored, long fromMs, long toMs) {
        TreeMap<Labels, TreeMap<String, TreeMap<Long, Object>>> groups = new TreeMap<>();
        stored.forEach((labels, samples) -> {
            String replica = ReplicaNames.replica(labels, REPLICAS.names());
            groups.computeIfAbsent(bare(labels), _ -> new TreeMap<>()).put(replica == null ? "" : replica, samples);
        });
        TreeMap<Labels, List<Shown>> shown = new TreeMap<>();
        PairRanks pairs = new PairRanks(activity(), ReplicaWindow.readFromMs(fromMs), ReplicaWindow.readToMs(toMs));
        TwinMerge merge = new TwinMerge();
        groups.forEach((labels, twins) -> {
            Ranks ranks = pairs.of(labels.get(REPLICAS.cluster()), List.copyOf(twins.keySet()));
            merge.begin(ranks);
            twins.forEach((replica, samples) -> {
                SampleRun run =
                        run(samples.subMap(ReplicaWindow.readFromMs(fromMs), true, ReplicaWindow.readToMs(toMs), true));
                merge.add(
                        ranks.replica(replica),
                        run.timeMs,
                        run.value,
                        run.hasHistograms ? run.histogram : null,
                        run.count);
            });
            List<Shown> lines = lines(merge.merge(fromMs, toMs, NOW_MS));
            if (!lines.isEmpty()) {
                shown.put(labels, lines);
            }
        });
        return shown;
    }

    static Labels bare(Labels labels) {
        Map<String, String> kept = new TreeMap<>();
        for (int i = 0; i < labels.size(); i++) {
            if (!REPLICAS.names().contains(labels.at(i).name())) {
                kept.put(labels.at(i).name(), labels.at(i).value());
            }
        }
        return Labels.of(kept);
    }

    private static List<Shown> lines(MergedSamples merged) {
        List<Shown> lines = new ArrayList<>();
        int before = -1; // the last sample that is no marker
        int change = 0;
        for (int i = 0; i < merged.count; i++) {
            Histogram h = merged.hasHistograms ? merged.histogram[i] : null;
            boolean changes = change < merged.changeCount && merged.changeAt[change] == i;
            if (h != null) {
                lines.add(new Shown(Long.toString(merged.timeMs[i]), h, Double.NaN, false));
            } else if (StaleMarker.is(merged.value[i])) {
                lines.add(new Shown(merged.timeMs[i] + " stale", null, Double.NaN, false));
                continue;
            } else {
                boolean afterFloat = before >= 0 && !(merged.hasHistograms && merged.histogram[before] != null);
                double step = afterFloat ? merged.value[i] - merged.value[before] : Double.NaN;
                lines.add(new Shown(
                        merged.timeMs[i] + " " + merged.value[i],
                        null,
                        changes ? merged.changeIncrease[change] : step < 0 ? merged.value[i] : step,
                        changes ? merged.changeReset[change] : step < 0));
            }
            change += changes ? 1 : 0;
            before = i;
        }
        return lines;
    }
}
