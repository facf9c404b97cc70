package io.engram.benchmarks.e2e;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.block.ThanosSection;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkEncoding;
import io.engram.tsdb.block.BlockWriter;
import io.engram.tsdb.block.MergedMeta;
import io.engram.tsdb.chunk.XorEncoder;
import io.engram.tsdb.cut.HeadCut;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;

/**
 * Writes blocks straight to disk, where sending their samples would take hours: metrics of 1,000 series each, with twelve
 * labels, some the same everywhere, some of few values, one of many; values are those of counters.
 */
public final class FleetBlock {
    /** Series of a metric. */
    public static final int METRIC_SERIES = 1000;

    private static final int CHUNK_SAMPLES = 120;
    /** Series that are not told apart by their values. */
    private static final int KINDS = 16;

    private static final int PODS = 200_000;
    /** Places among the names. */
    private static final int METRIC = 0;

    private static final int POD = 7;
    private static final String[] NAMES = {
        "__name__",
        "cluster",
        "container",
        "instance",
        "job",
        "namespace",
        "node",
        "pod",
        "prometheus",
        "replica",
        "service",
        "zone"
    };

    private final int series;
    private final String[] symbols;
    /** The symbols of the names, and of each name's values by their numbers, so that no text is made again. */
    private final int[] nameIds = new int[NAMES.length];

    private final int[][] valueIds = new int[NAMES.length][];

    public FleetBlock(int series) {
        this.series = series;
        TreeSet<String> texts = new TreeSet<>(Arrays.asList(NAMES)); // ASCII: their order is that of the bytes
        String[][] values = new String[NAMES.length][];
        for (int name = 0; name < NAMES.length; name++) {
            values[name] = values(name, valueCount(name, series));
            texts.addAll(Arrays.asList(values[name]));
        }
        symbols = texts.toArray(String[]::new);
        for (int name = 0; name < NAMES.length; name++) {
            nameIds[name] = Arrays.binarySearch(symbols, NAMES[name]);
            valueIds[name] = Arrays.stream(values[name])
                    .mapToInt(value -> Arrays.binarySearch(symbols, value))
                    .toArray();
        }
    }

    public static String metric(int number) {
        return String.format(Locale.ROOT, "metric_%05d", number);
    }

    /** Which of a name's values a series has. */
    private static int number(int name, int s) {
        return switch (name) {
            case METRIC -> s / METRIC_SERIES;
            case POD -> s % PODS;
            default -> s % METRIC_SERIES;
        };
    }

    private static int valueCount(int name, int series) {
        return switch (name) {
            case METRIC -> (series - 1) / METRIC_SERIES + 1;
            case POD -> Math.min(series, PODS);
            default -> Math.min(series, METRIC_SERIES);
        };
    }

    private static String[] values(int name, int count) {
        String[] values = new String[count];
        Arrays.setAll(values, number -> value(name, number));
        return values;
    }

    /** The first names whose values differ between two series have values that rise with their numbers. */
    private static String value(int name, int number) {
        return switch (name) {
            case METRIC -> metric(number);
            case 1 -> "eu-west-1-production-a";
            case 2 -> app(number);
            case 3 -> String.format(Locale.ROOT, "10.0.%03d.%03d:9102", number / 250, number % 250);
            case 4 -> "namespace-" + number % 10 + "/" + app(number);
            case 5 -> "namespace-" + number % 10;
            case 6 -> "ip-10-20-" + number % 97 + ".eu-west-1.compute.internal";
            case POD -> String.format(Locale.ROOT, "app-%06d", number);
            case 8 -> "monitoring/platform";
            case 9 -> "replica-" + number % 2;
            case 10 -> app(number) + "-metrics";
            default -> "zone-" + number % 3;
        };
    }

    private static String app(int target) {
        return String.format(Locale.ROOT, "app-%02d", target / 50);
    }

    /** What was written, and the bytes of the chunks of its first metric. */
    public record Written(BlockMeta meta, Path folder, long firstMetricChunkBytes) {}

    /**
     * @param samples of each series of the metric with this number
     * @param intervalMs between the samples of a series, the first of which lie at {@code startMs}
     */
    public Written write(Path parent, BlockId id, long startMs, long intervalMs, IntUnaryOperator samples)
            throws IOException {
        byte[][][] chunks = new byte[KINDS][][];
        int made = -1;
        long firstMetricBytes = 0;
        BlockMeta[] meta = new BlockMeta[1];
        try (BlockWriter writer = BlockWriter.create(parent, id)) {
            for (String symbol : symbols) {
                byte[] utf8 = symbol.getBytes(StandardCharsets.UTF_8);
                writer.addSymbol(utf8, 0, utf8.length);
            }
            int[] ids = new int[2 * NAMES.length];
            for (int name = 0; name < NAMES.length; name++) {
                ids[2 * name] = nameIds[name];
            }
            for (int s = 0; s < series; s++) {
                int count = samples.applyAsInt(s / METRIC_SERIES);
                if (count != made) {
                    Arrays.setAll(chunks, kind -> chunks(kind, startMs, intervalMs, count));
                    made = count;
                }
                for (int name = 0; name < NAMES.length; name++) {
                    ids[2 * name + 1] = valueIds[name][number(name, s)];
                }
                writer.beginSeries(ids, ids.length);
                long bytes = addChunks(writer, chunks[s % KINDS], startMs, intervalMs, count);
                firstMetricBytes += s < METRIC_SERIES ? bytes : 0;
                writer.endSeries();
            }
            Path folder = writer.finish(contents -> meta[0] = new BlockMeta(
                    id,
                    contents.minTimeMs(),
                    contents.maxTimeMs() + 1,
                    contents.stats(),
                    Compaction.ofHead(id, false),
                    Optional.of(
                            ThanosSection.raw(Labels.EMPTY, HeadCut.SOURCE).withFiles(MergedMeta.files(contents)))));
            return new Written(meta[0], folder, firstMetricBytes);
        }
    }

    private static byte[][] chunks(int kind, long startMs, long intervalMs, int samples) {
        byte[][] chunks = new byte[(samples + CHUNK_SAMPLES - 1) / CHUNK_SAMPLES][];
        XorEncoder encoder = new XorEncoder();
        double value = 1000 * kind;
        for (int i = 0; i < samples; i++) {
            value += 1 + (i * 7 + kind) % 10;
            encoder.append(startMs + i * intervalMs, Double.doubleToRawLongBits(value));
            if (encoder.count() == CHUNK_SAMPLES || i == samples - 1) {
                chunks[i / CHUNK_SAMPLES] = encoder.toByteArray();
                encoder.reset();
            }
        }
        return chunks;
    }

    private static long addChunks(BlockWriter writer, byte[][] chunks, long startMs, long intervalMs, int samples)
            throws IOException {
        long bytes = 0;
        for (int c = 0; c < chunks.length; c++) {
            int from = c * CHUNK_SAMPLES;
            int last = Math.min(samples, from + CHUNK_SAMPLES) - 1;
            writer.addChunk(
                    startMs + from * intervalMs,
                    startMs + last * intervalMs,
                    ChunkEncoding.XOR,
                    chunks[c],
                    0,
                    chunks[c].length);
            bytes += chunks[c].length;
        }
        return bytes;
    }
}
