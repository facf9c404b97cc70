package io.engram.benchmarks.e2e;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A remote write message with gaps for the samples. A sample message is the same in both versions; before it stand the
 * labels (1.0), or references to symbols, and metadata behind it (2.0).
 *
 * @param raw the message before compression
 * @param sampleAt where each series' first sample message begins
 * @see <a href="https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/">remote write 2.0</a>
 */
record Template(byte[] raw, int[] sampleAt) {
    /** Milliseconds of this era take six varint bytes. */
    static final int TIME_BYTES = 6;

    /** A double with its tag, a time with its tag. */
    static final int SAMPLE_BYTES = 1 + 8 + 1 + TIME_BYTES;

    /** From one sample of a series to the next. */
    static final int SAMPLE_FIELD_BYTES = 2 + SAMPLE_BYTES;

    static Template of(Protocol protocol, List<Workload.Series> series, int samplesPerSeries) {
        return switch (protocol) {
            case V1 -> version1(series, samplesPerSeries);
            case V2 -> new Symbols().message(series, samplesPerSeries);
        };
    }

    private static Template version1(List<Workload.Series> series, int samplesPerSeries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int[] sampleAt = new int[series.size()];
        for (int i = 0; i < series.size(); i++) {
            byte[] labels = series.get(i).labels();
            out.write(0x0A);
            Workload.varint(out, labels.length + (long) samplesPerSeries * SAMPLE_FIELD_BYTES);
            out.writeBytes(labels);
            sampleAt[i] = samples(out, samplesPerSeries);
        }
        return new Template(out.toByteArray(), sampleAt);
    }

    private static int samples(ByteArrayOutputStream out, int count) {
        int first = out.size() + 2;
        for (int s = 0; s < count; s++) {
            out.write(0x12);
            out.write(SAMPLE_BYTES);
            out.write(0x09);
            out.writeBytes(new byte[8]);
            out.write(0x10);
            out.writeBytes(new byte[TIME_BYTES]);
        }
        return first;
    }

    /** The symbol table of a 2.0 request: each text once, in the order in which it is first used. */
    private static final class Symbols {
        private final Map<String, Integer> references = new LinkedHashMap<>(Map.of("", 0));

        Template message(List<Workload.Series> series, int samplesPerSeries) {
            ByteArrayOutputStream messages = new ByteArrayOutputStream();
            int[] sampleAt = new int[series.size()];
            for (int i = 0; i < series.size(); i++) {
                Workload.Series one = series.get(i);
                byte[] labels = labels(one.labels());
                byte[] metadata = metadata(one);
                messages.write(0x2A);
                Workload.varint(
                        messages, labels.length + (long) samplesPerSeries * SAMPLE_FIELD_BYTES + metadata.length);
                messages.writeBytes(labels);
                sampleAt[i] = samples(messages, samplesPerSeries);
                messages.writeBytes(metadata);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (String symbol : references.keySet()) {
                field(out, 0x22, symbol.getBytes(StandardCharsets.UTF_8));
            }
            for (int i = 0; i < sampleAt.length; i++) {
                sampleAt[i] += out.size();
            }
            out.writeBytes(messages.toByteArray());
            return new Template(out.toByteArray(), sampleAt);
        }

        /** Field 1, packed, from the label fields of 1.0, whose lengths take one byte or two. */
        private byte[] labels(byte[] version1) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            int at = 0;
            while (at < version1.length) {
                at = behindLength(version1, at + 1);
                for (int text = 0; text < 2; text++) {
                    int begin = behindLength(version1, at + 1);
                    int length = length(version1, at + 1);
                    Workload.varint(packed, reference(new String(version1, begin, length, StandardCharsets.UTF_8)));
                    at = begin + length;
                }
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            field(out, 0x0A, packed.toByteArray());
            return out.toByteArray();
        }

        /** Field 5: type 1, help reference 3; as a scrape with HELP and TYPE lines gives it. */
        private byte[] metadata(Workload.Series series) {
            String name = metricName(series.labels());
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            message.write(0x08);
            message.write(series.kind() == Workload.Kind.COUNTER ? 1 : 2);
            message.write(0x18);
            Workload.varint(message, reference("What " + name + " counts or measures, in the words of its exporter."));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            field(out, 0x2A, message.toByteArray());
            return out.toByteArray();
        }

        /** The value of the first label, which is {@code __name__}. */
        private static String metricName(byte[] version1) {
            int name = behindLength(version1, 1);
            int value = behindLength(version1, name + 1) + length(version1, name + 1);
            return new String(
                    version1, behindLength(version1, value + 1), length(version1, value + 1), StandardCharsets.UTF_8);
        }

        private int reference(String text) {
            return references.computeIfAbsent(text, _ -> references.size());
        }

        private static int length(byte[] bytes, int at) {
            return bytes[at] >= 0 ? bytes[at] : bytes[at] & 0x7F | bytes[at + 1] << 7;
        }

        private static int behindLength(byte[] bytes, int at) {
            return bytes[at] >= 0 ? at + 1 : at + 2;
        }

        private static void field(ByteArrayOutputStream out, int tag, byte[] bytes) {
            out.write(tag);
            Workload.varint(out, bytes.length);
            out.writeBytes(bytes);
        }
    }
}
