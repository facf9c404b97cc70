package io.engram.tsdb.block;

import io.engram.model.StaleMarker;
import io.engram.model.block.BlockId;
import io.engram.model.histogram.Histogram;
import io.engram.model.labels.Labels;
import io.engram.model.testing.RandomHistograms;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Blocks of random series for property tests. */
final class RandomBlocks {
    static final long START_MS = 1_700_000_000_000L;
    static final String[] NAMES = {"__name__", "job", "pod", "le", "größe", "😀", "z.z"};

    private RandomBlocks() {}

    static BlockId id(SplittableRandom random) {
        return BlockId.create(START_MS, random);
    }

    static BlockModel next(SplittableRandom random, int maxSeries, int maxSamples) {
        BlockModel model = new BlockModel();
        int values = 1 << random.nextInt(1, 8);
        int count = random.nextInt(1, maxSeries + 1);
        for (int i = 0; i < count; i++) {
            fill(model, labels(random, values), random, random.nextInt(1, maxSamples + 1), START_MS);
        }
        return model;
    }

    static Labels labels(SplittableRandom random, int values) {
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put("__name__", "v" + random.nextInt(3));
        for (int n = 1; n < NAMES.length; n++) {
            if (random.nextInt(3) > 0) {
                labels.put(NAMES[n], value(random, values));
            }
        }
        return Labels.of(labels);
    }

    private static String value(SplittableRandom random, int values) {
        return switch (random.nextInt(12)) {
            case 0 -> "ä" + random.nextInt(values);
            case 1 -> "😀\n\"" + random.nextInt(values);
            case 2 -> "job"; // also a name
            default -> "v" + random.nextInt(values);
        };
    }

    /** Floats, with stretches of histograms in between. */
    static void fill(BlockModel model, Labels labels, SplittableRandom random, int samples, long startMs) {
        long time = startMs + random.nextInt(60_000);
        Histogram histogram = null;
        double value = random.nextInt(1000);
        for (int i = 0; i < samples; i++) {
            if (random.nextInt(80) == 0) {
                histogram = histogram == null ? RandomHistograms.next(random) : null;
            }
            if (histogram == null) {
                value = random.nextInt(20) == 0 ? random.nextDouble() : value + random.nextInt(10);
                model.put(labels, time, random.nextInt(60) == 0 ? StaleMarker.VALUE : value);
            } else {
                histogram = random.nextInt(20) == 0
                        ? RandomHistograms.next(random)
                        : RandomHistograms.after(histogram, random);
                model.put(labels, time, histogram);
            }
            time += random.nextInt(10) == 0 ? random.nextInt(1, 200_000) : 15_000;
        }
    }
}
