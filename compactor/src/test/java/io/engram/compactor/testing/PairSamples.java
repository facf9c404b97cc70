package io.engram.compactor.testing;

import io.engram.bucket.layout.BlockUploader;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.block.EngramSection;
import io.engram.model.block.ThanosSection;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkEncoding;
import io.engram.model.replica.ActivityBuilder;
import io.engram.model.replica.ActivityTable;
import io.engram.tsdb.block.BlockWriter;
import io.engram.tsdb.chunk.XorEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Blocks with a counter {@code up_total} that replicas {@code a} and {@code b} scrape every minute, half a minute apart. */
public final class PairSamples {
    private static final long MINUTE_MS = 60_000;
    /** Sorted, as a block wants its symbols. */
    private static final List<String> SYMBOLS =
            List.of("__name__", "__replica__", "a", "b", "cluster", "eu", "up_total", "work_share");

    private PairSamples() {}

    /** Samples of a replica in {@code [fromMs, toMs)}, by the name of the metric. */
    public static SampleSet of(String replica, long fromMs, long toMs) {
        SampleSet set = new SampleSet();
        for (long time = fromMs + phaseMs(replica); time < toMs; time += MINUTE_MS) {
            set.put("up_total", time, time / 1000.0);
        }
        return set;
    }

    private static long phaseMs(String replica) {
        return replica.equals("a") ? 1_000 : 31_000;
    }

    /** Puts a block with both replicas into the bucket, as an ingester does. */
    public static BlockMeta upload(TenantBucket bucket, Path scratch, BlockId id, long fromMs, long toMs)
            throws IOException {
        return upload(bucket, scratch, id, fromMs, toMs, List.of("up_total"));
    }

    /** The same, with a gauge {@code work_share} besides, of which each replica tells something else. */
    public static BlockMeta uploadWithUnlike(TenantBucket bucket, Path scratch, BlockId id, long fromMs, long toMs)
            throws IOException {
        return upload(bucket, scratch, id, fromMs, toMs, List.of("up_total", "work_share"));
    }

    private static double value(String metric, String replica, long time) {
        return metric.equals("up_total") ? time / 1000.0 : replica.equals("a") ? 1 : 1000;
    }

    private static BlockMeta upload(
            TenantBucket bucket, Path scratch, BlockId id, long fromMs, long toMs, List<String> metrics)
            throws IOException {
        ActivityBuilder activity = ActivityTable.builder();
        Path folder;
        try (BlockWriter writer = BlockWriter.create(scratch, id)) {
            for (String symbol : SYMBOLS) {
                byte[] utf8 = symbol.getBytes(StandardCharsets.UTF_8);
                writer.addSymbol(utf8, 0, utf8.length);
            }
            for (String metric : metrics) {
                for (String replica : List.of("a", "b")) {
                    writer.beginSeries(numbers("__name__", metric, "__replica__", replica, "cluster", "eu"), 6);
                    chunks(writer, activity, metric, replica, fromMs, toMs);
                    writer.endSeries();
                }
            }
            folder = writer.finish(contents -> new BlockMeta(
                    id,
                    contents.minTimeMs(),
                    contents.maxTimeMs() + 1,
                    contents.stats(),
                    Compaction.ofHead(id, false),
                    Optional.empty(),
                    new EngramSection(activity.build())));
        }
        return new BlockUploader(bucket)
                .upload(folder, ThanosSection.raw(Labels.EMPTY, "ingester"))
                .meta();
    }

    private static void chunks(
            BlockWriter writer, ActivityBuilder activity, String metric, String replica, long fromMs, long toMs)
            throws IOException {
        XorEncoder chunk = new XorEncoder();
        for (long from = fromMs; from < toMs; from += 60 * MINUTE_MS) {
            long end = Math.min(toMs, from + 60 * MINUTE_MS);
            chunk.reset();
            long last = 0;
            for (long time = from + phaseMs(replica); time < end; time += MINUTE_MS) {
                chunk.append(time, Double.doubleToRawLongBits(value(metric, replica, time)));
                activity.add("eu", replica, ActivityTable.window(time), 1, 0);
                last = time;
            }
            byte[] bytes = chunk.toByteArray();
            writer.addChunk(from + phaseMs(replica), last, ChunkEncoding.XOR, bytes, 0, bytes.length);
        }
    }

    private static int[] numbers(String... symbols) {
        int[] numbers = new int[symbols.length];
        for (int i = 0; i < symbols.length; i++) {
            numbers[i] = SYMBOLS.indexOf(symbols[i]);
        }
        return numbers;
    }
}
