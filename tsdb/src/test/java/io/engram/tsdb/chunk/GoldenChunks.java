package io.engram.tsdb.chunk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The samples of {@code xor.openmetrics} and the chunks that Prometheus made of them. */
final class GoldenChunks {
    record Sample(long timestampMs, long valueBits) {}

    private GoldenChunks() {}

    /** Chunks of the file, data only, in its order. */
    static List<byte[]> chunks() {
        byte[] file = resource("xor.chunks");
        List<byte[]> chunks = new ArrayList<>();
        int at = 8;
        while (at < file.length) {
            int length = 0;
            int shift = 0;
            byte b;
            do {
                b = file[at++];
                length |= (b & 0x7F) << shift;
                shift += 7;
            } while (b < 0);
            if (file[at++] != 1) {
                throw new AssertionError("not a XOR chunk at " + at);
            }
            byte[] chunk = new byte[length];
            System.arraycopy(file, at, chunk, 0, length);
            chunks.add(chunk);
            at += length + 4;
        }
        return chunks;
    }

    /** Samples of the input in the order of the series' names, cut where Prometheus cut them. */
    static List<List<Sample>> samples() {
        TreeMap<String, List<Sample>> series = new TreeMap<>();
        for (String line : new String(resource("xor.openmetrics"), StandardCharsets.UTF_8).split("\n")) {
            if (!line.startsWith("#")) {
                String[] parts = line.split(" ");
                long ms = new BigDecimal(parts[2]).movePointRight(3).longValueExact();
                series.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(new Sample(ms, bits(parts[1])));
            }
        }
        List<Sample> all = new ArrayList<>();
        series.values().forEach(all::addAll);
        List<List<Sample>> cut = new ArrayList<>();
        int from = 0;
        for (byte[] chunk : chunks()) {
            int to = from + ((chunk[0] & 0xFF) << 8 | chunk[1] & 0xFF);
            cut.add(all.subList(from, to));
            from = to;
        }
        if (from != all.size()) {
            throw new AssertionError(all.size() + " samples, the chunks have " + from);
        }
        return cut;
    }

    private static long bits(String value) {
        return switch (value) {
            case "NaN" -> 0x7ff8000000000001L; // Prometheus' normal NaN
            case "+Inf" -> Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);
            case "-Inf" -> Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY);
            default -> Double.doubleToRawLongBits(Double.parseDouble(value));
        };
    }

    private static byte[] resource(String name) {
        try (InputStream in = GoldenChunks.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
