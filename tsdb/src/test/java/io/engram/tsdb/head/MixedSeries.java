package io.engram.tsdb.head;

import io.engram.model.TenantId;
import io.engram.model.histogram.BucketIndexes;
import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.Histogram.FloatCounts;
import io.engram.model.histogram.Histogram.IntegerCounts;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.model.testing.RandomHistograms;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.tsdb.chunk.HistogramDecoder;
import io.engram.tsdb.chunk.XorDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;

/**
 * Series that change between floats and histograms: random batches of them, the plainest model of what a head must say and
 * hold, and what a head does hold. A sample is compared as text: buckets without observations do not count.
 */
final class MixedSeries {
    private static final long[] STEPS = {1000, 15_000, 30_000, 60_000, 600_000};

    private final SplittableRandom random;
    private final long windowMs;
    private final long[] nextMs;
    private final long[] stepMs;
    private final Histogram[] last;
    private final List<NavigableMap<Long, Object>> sent = new ArrayList<>();
    private final TreeMap<Labels, NavigableMap<Long, String>> model = new TreeMap<>();

    MixedSeries(SplittableRandom random, int count, long windowMs) {
        this.random = random;
        this.windowMs = windowMs;
        nextMs = new long[count];
        stepMs = new long[count];
        last = new Histogram[count];
        long startMs = random.nextBoolean() ? 0 : 1_700_000_000_000L;
        for (int s = 0; s < count; s++) {
            nextMs[s] = startMs;
            stepMs[s] = STEPS[random.nextInt(STEPS.length)];
            last[s] = RandomHistograms.next(random);
            sent.add(new TreeMap<>());
        }
    }

    /** A batch, what must become of each of its rows, and the model after it. */
    record Step(WriteBatch batch, List<SampleStatus> expected) {}

    Step next(TenantId tenant) {
        TestBatch builder = new TestBatch(tenant);
        WriteBatch batch = builder.build();
        List<SampleStatus> floats = new ArrayList<>();
        List<SampleStatus> histograms = new ArrayList<>();
        for (int entries = 1 + random.nextInt(2 * last.length); entries > 0; entries--) {
            int s = random.nextInt(last.length);
            Labels labels = Labels.of("__name__", "mixed", "__replica__", "r" + s % 2, "series", "s" + s);
            builder.series(labels);
            int kinds = random.nextInt(8); // mostly one kind, mostly histograms
            for (int n = kinds < 3 ? 1 + random.nextInt(4) : 0; n > 0; n--) {
                long timeMs = time(s);
                Object value = value(s, timeMs, true);
                if (value instanceof Double v) {
                    builder.sample(timeMs, v);
                    floats.add(append(labels, timeMs, value));
                }
            }
            for (int n = kinds > 1 ? 1 + random.nextInt(30) : 0; n > 0; n--) {
                long timeMs = time(s);
                if (value(s, timeMs, false) instanceof Histogram h) {
                    batch.histograms.add(new HistogramSample(batch.seriesCount - 1, timeMs, 0, h));
                    histograms.add(append(labels, timeMs, h));
                }
            }
        }
        floats.addAll(histograms);
        return new Step(batch, floats);
    }

    private long time(int s) {
        int kind = random.nextInt(60);
        if (kind == 0) {
            nextMs[s] += random.nextLong(4 * 3_600_000);
        } else if (kind < 10) {
            return Math.max(0, nextMs[s] - stepMs[s] * random.nextInt(100) - random.nextInt(2));
        }
        nextMs[s] += stepMs[s];
        return nextMs[s];
    }

    /** What was sent at that time before, mostly, so that repeated times are mostly retries. */
    private Object value(int s, long timeMs, boolean isFloat) {
        Object before = sent.get(s).get(timeMs);
        if (before != null && random.nextInt(3) > 0) {
            return before;
        }
        Object value;
        if (isFloat) {
            value = (double) random.nextInt(1000);
        } else {
            last[s] = switch (random.nextInt(25)) {
                case 0 -> RandomHistograms.next(random);
                case 1 -> RandomHistograms.stale(random.nextBoolean());
                default -> RandomHistograms.after(last[s], random);
            };
            value = last[s];
        }
        sent.get(s).putIfAbsent(timeMs, value);
        return value;
    }

    private SampleStatus append(Labels labels, long timeMs, Object value) {
        NavigableMap<Long, String> samples = model.computeIfAbsent(labels, _ -> new TreeMap<>());
        String there = samples.get(timeMs);
        if (there != null) {
            return there.equals(text(value)) ? SampleStatus.DUPLICATE : SampleStatus.CONFLICT;
        }
        if (!samples.isEmpty() && samples.lastKey() - timeMs > windowMs) {
            return SampleStatus.OUT_OF_ORDER;
        }
        samples.put(timeMs, text(value));
        return SampleStatus.STORED;
    }

    TreeMap<Labels, NavigableMap<Long, String>> model(long minMs, long maxMs) {
        TreeMap<Labels, NavigableMap<Long, String>> part = new TreeMap<>();
        model.forEach((labels, samples) -> {
            if (!samples.subMap(minMs, true, maxMs, true).isEmpty()) {
                part.put(labels, samples.subMap(minMs, true, maxMs, true));
            }
        });
        return part;
    }

    /** A time near those of the samples. */
    long someTime() {
        return nextMs[random.nextInt(nextMs.length)] - random.nextLong(1L << random.nextInt(11, 26));
    }

    /** What a head has in a range. */
    static TreeMap<Labels, NavigableMap<Long, String>> contents(Heads heads, TenantId tenant, long minMs, long maxMs) {
        TreeMap<Labels, NavigableMap<Long, String>> contents = new TreeMap<>();
        try (HeadSelection selection = heads.select(tenant, List.of(), minMs, maxMs)) {
            int[] ordinals = new int[selection.series().size()];
            Arrays.setAll(ordinals, i -> i);
            ChunkBatch batch = new ChunkBatch();
            selection.fetch(ordinals, 0, ordinals.length, batch);
            for (int i = 0; i < ordinals.length; i++) {
                NavigableMap<Long, String> samples = samples(batch, i);
                if (!samples.isEmpty()
                        && (selection.series().minTimeMs()[i] > Math.max(minMs, samples.firstKey())
                                || selection.series().maxTimeMs()[i] < Math.min(maxMs, samples.lastKey()))) {
                    throw new AssertionError("times of series " + i);
                }
                samples = samples.subMap(minMs, true, maxMs, true);
                if (!samples.isEmpty()) {
                    contents.put(selection.series().labels(i), new TreeMap<>(samples));
                }
            }
        }
        return contents;
    }

    private static NavigableMap<Long, String> samples(ChunkBatch batch, int series) {
        NavigableMap<Long, String> samples = new TreeMap<>();
        long lastFirstMs = Long.MIN_VALUE;
        for (int c = batch.firstChunk[series]; c < batch.firstChunk[series + 1]; c++) {
            NavigableMap<Long, String> chunk = samples(batch.encoding[c], batch.data, batch.offset[c], batch.length[c]);
            if (chunk.firstKey() != batch.minTimeMs[c]
                    || chunk.lastKey() != batch.maxTimeMs[c]
                    || batch.minTimeMs[c] < lastFirstMs
                    || Math.floorDiv(chunk.firstKey(), 7_200_000) != Math.floorDiv(chunk.lastKey(), 7_200_000)
                    || chunk.size() > 120) {
                throw new AssertionError("chunk " + c + " is not as it must be");
            }
            lastFirstMs = batch.minTimeMs[c];
            chunk.forEach((timeMs, value) -> {
                if (samples.put(timeMs, value) != null) {
                    throw new AssertionError("twice at " + timeMs);
                }
            });
        }
        return samples;
    }

    private static NavigableMap<Long, String> samples(byte encoding, byte[] data, int offset, int length) {
        NavigableMap<Long, String> samples = new TreeMap<>();
        if (encoding == ChunkEncoding.XOR) {
            int count = XorDecoder.sampleCount(data, offset, length);
            long[] times = new long[count];
            double[] values = new double[count];
            XorDecoder.decode(data, offset, length, Long.MIN_VALUE, Long.MAX_VALUE, times, values, 0);
            for (int i = 0; i < count; i++) {
                samples.put(times[i], text(values[i]));
            }
        } else {
            HistogramDecoder decoder = new HistogramDecoder();
            decoder.reset(encoding, data, offset, length);
            while (decoder.next()) {
                samples.put(decoder.timestampMs(), text(decoder.histogram()));
            }
        }
        return samples;
    }

    static String text(Object sample) {
        if (!(sample instanceof Histogram h)) {
            return sample.toString();
        }
        String kind = h.isFloat() ? "float histogram" : "histogram";
        if (h.isStale()) {
            return kind + ", stale";
        }
        String head = kind + " " + h.schema() + " " + h.zeroThreshold() + " " + h.sum() + " ";
        String bounds = " " + Arrays.toString(h.customBounds());
        return switch (h.counts()) {
            case IntegerCounts c ->
                head + c.count() + " " + c.zeroCount() + " " + used(h.positiveSpans(), i -> c.positive()[i])
                        + used(h.negativeSpans(), i -> c.negative()[i]) + bounds;
            case FloatCounts c ->
                head + c.count() + " " + c.zeroCount() + " "
                        + used(h.positiveSpans(), i -> Double.doubleToRawLongBits(c.positive()[i]))
                        + used(h.negativeSpans(), i -> Double.doubleToRawLongBits(c.negative()[i])) + bounds;
        };
    }

    private static NavigableMap<Long, Long> used(int[] spans, IntToLongFunction count) {
        NavigableMap<Long, Long> used = new TreeMap<>();
        BucketIndexes indexes = new BucketIndexes(spans);
        for (int i = 0; indexes.next(); i++) {
            if (count.applyAsLong(i) != 0) {
                used.put(indexes.index(), count.applyAsLong(i));
            }
        }
        return used;
    }
}
