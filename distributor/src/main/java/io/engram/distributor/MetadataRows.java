package io.engram.distributor;

import io.engram.model.limits.Limits;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.metadata.MetricType;
import io.engram.model.write.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Takes into a {@link WriteBatch} what a request says of metrics, where that is new. Used by one thread. */
final class MetadataRows {
    private static final MetricType[] TYPES = MetricType.values();
    /** What one request can bring; more of it is left for the next. */
    private static final int MAX_NEW = 1 << 14;

    private static final byte[][] HISTOGRAM_SUFFIXES = suffixes("_bucket", "_count", "_sum", "_gcount", "_gsum");
    private static final byte[][] SUMMARY_SUFFIXES = suffixes("_count", "_sum");
    private static final byte[][] NO_SUFFIXES = {};

    private final WriteBatch batch;
    private final LongSet taken = new LongSet(MAX_NEW);
    private final long[] words = new long[1];
    private long[] hashes = new long[16];
    private WriteRules rules;

    /** Messages in the request. */
    int received;

    MetadataRows(WriteBatch batch) {
        this.batch = batch;
    }

    void begin(WriteRules rules) {
        this.rules = rules;
        this.received = 0;
        taken.clear();
    }

    /**
     * Takes what is said of the metric of a series: of {@code http_seconds_bucket} it is what is true of
     * {@code http_seconds}, where that is a histogram.
     */
    void takeOfSeries(
            byte[] bytes,
            int type,
            int metricAt,
            int metricLength,
            int helpAt,
            int helpLength,
            int unitAt,
            int unitLength) {
        int familyLength = metricLength - suffixLength(bytes, metricAt, metricLength, suffixes(type(type)));
        take(bytes, type, metricAt, familyLength, helpAt, helpLength, unitAt, unitLength);
    }

    /** Takes what is said of a metric: name, help and unit are parts of {@code bytes}. */
    void take(
            byte[] bytes,
            int type,
            int metricAt,
            int metricLength,
            int helpAt,
            int helpLength,
            int unitAt,
            int unitLength) {
        received++;
        Limits limits = rules.limits();
        if (limits.maxMetadataMetrics() == 0 || metricLength == 0 || batch.metadata.size() == MAX_NEW) {
            return;
        }
        long hash = rules.metadata()
                .hash(bytes, type, metricAt, metricLength, helpAt, helpLength, unitAt, unitLength, words);
        if (rules.metadata().contains(hash, rules.nowMs()) || !taken.add(hash)) {
            return;
        }
        if (limits.maxLabelValueBytes() > 0 && metricLength > limits.maxLabelValueBytes()
                || !Utf8.valid(bytes, metricAt, metricAt + metricLength)) {
            return; // no series has such a name
        }
        int most = limits.maxMetadataBytes();
        if (batch.metadata.size() == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * hashes.length);
        }
        hashes[batch.metadata.size()] = hash;
        batch.metadata.add(new MetricMetadata(
                new String(bytes, metricAt, metricLength, StandardCharsets.UTF_8),
                type(type),
                text(bytes, helpAt, helpLength, most),
                text(bytes, unitAt, unitLength, most)));
    }

    /** Hashes of what is in the batch: known as soon as it is stored. */
    long[] hashes() {
        return Arrays.copyOf(hashes, batch.metadata.size());
    }

    private static MetricType type(int ordinal) {
        return ordinal >= 0 && ordinal < TYPES.length ? TYPES[ordinal] : MetricType.UNKNOWN;
    }

    /** At most so many bytes, not cut within a character. */
    private static String text(byte[] bytes, int at, int length, int mostBytes) {
        int kept = length;
        if (length > mostBytes) {
            kept = mostBytes;
            while (kept > 0 && (bytes[at + kept] & 0xC0) == 0x80) {
                kept--;
            }
        }
        return new String(bytes, at, kept, StandardCharsets.UTF_8);
    }

    private static byte[][] suffixes(MetricType type) {
        return switch (type) {
            case HISTOGRAM, GAUGEHISTOGRAM -> HISTOGRAM_SUFFIXES;
            case SUMMARY -> SUMMARY_SUFFIXES;
            case UNKNOWN, COUNTER, GAUGE, INFO, STATESET -> NO_SUFFIXES;
        };
    }

    private static byte[][] suffixes(String... texts) {
        return Arrays.stream(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }

    private static int suffixLength(byte[] bytes, int at, int length, byte[][] suffixes) {
        int end = at + length;
        for (byte[] suffix : suffixes) {
            if (length > suffix.length && Arrays.equals(bytes, end - suffix.length, end, suffix, 0, suffix.length)) {
                return suffix.length;
            }
        }
        return 0;
    }
}
