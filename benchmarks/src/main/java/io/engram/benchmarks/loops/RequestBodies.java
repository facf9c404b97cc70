package io.engram.benchmarks.loops;

import io.engram.benchmarks.e2e.Workload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Remote write requests of the end-to-end workload's series with one sample each, in both versions. */
final class RequestBodies {
    private RequestBodies() {}

    static byte[] version1(List<Workload.Series> series, long timestampMs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < series.size(); i++) {
            byte[] sample = sample(series.get(i).value(i), timestampMs);
            byte[] labels = series.get(i).labels();
            out.write(0x0A);
            Workload.varint(out, labels.length + sample.length);
            out.writeBytes(labels);
            out.writeBytes(sample);
        }
        return out.toByteArray();
    }

    /** Symbols stand first, in the order in which the series name them, as Prometheus sends them. */
    static byte[] version2(List<Workload.Series> series, long timestampMs) {
        Map<String, Integer> symbols = new LinkedHashMap<>(Map.of("", 0));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < series.size(); i++) {
            ByteArrayOutputStream refs = new ByteArrayOutputStream();
            for (String symbol : symbols(series.get(i).labels())) {
                Workload.varint(refs, symbols.computeIfAbsent(symbol, _ -> symbols.size()));
            }
            ByteArrayOutputStream one = new ByteArrayOutputStream();
            field(one, 0x0A, refs.toByteArray());
            one.writeBytes(sample(series.get(i).value(i), timestampMs));
            field(one, 0x2A, new byte[0]); // metadata, which Prometheus always writes
            field(all, 0x2A, one.toByteArray());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        symbols.keySet().forEach(symbol -> field(out, 0x22, symbol.getBytes(StandardCharsets.UTF_8)));
        out.writeBytes(all.toByteArray());
        return out.toByteArray();
    }

    private static byte[] sample(double value, long timestampMs) {
        ByteArrayOutputStream sample = new ByteArrayOutputStream();
        sample.write(0x09);
        long bits = Double.doubleToRawLongBits(value);
        for (int shift = 0; shift < 64; shift += 8) {
            sample.write((int) (bits >>> shift));
        }
        sample.write(0x10);
        Workload.varint(sample, timestampMs);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        field(out, 0x12, sample.toByteArray());
        return out.toByteArray();
    }

    /** Names and values in turn; all shorter than 128 bytes, each label too. */
    private static String[] symbols(byte[] labels) {
        int count = 0;
        for (int at = 0; at < labels.length; at += 2 + labels[at + 1]) {
            count++;
        }
        String[] symbols = new String[2 * count];
        int at = 0;
        for (int i = 0; i < symbols.length; i += 2) {
            int name = at + 4;
            int nameLength = labels[at + 3];
            int value = name + nameLength + 2;
            int valueLength = labels[value - 1];
            symbols[i] = new String(labels, name, nameLength, StandardCharsets.UTF_8);
            symbols[i + 1] = new String(labels, value, valueLength, StandardCharsets.UTF_8);
            at = value + valueLength;
        }
        return symbols;
    }

    private static void field(ByteArrayOutputStream out, int tag, byte[] bytes) {
        out.write(tag);
        Workload.varint(out, bytes.length);
        out.writeBytes(bytes);
    }
}
