package io.engram.ring;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How a ring is kept in the store: text, so that an operator can read it.
 *
 * <pre>
 * engram ring 1
 * ingester-1 127.0.0.1:9095 zone-a ACTIVE 007fffff,00ffffff,…
 * </pre>
 *
 * An empty address or zone, or no tokens, is written as {@code -}.
 */
final class RingCodec {
    private static final String HEADER = "engram ring 1";

    private RingCodec() {}

    static byte[] encode(List<Instance> instances) {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        for (Instance instance : instances) {
            text.append(instance.id()).append(' ');
            text.append(orDash(instance.address())).append(' ');
            text.append(orDash(instance.zone())).append(' ');
            text.append(instance.state()).append(' ');
            List<String> tokens =
                    instance.tokens().stream().map("%08x"::formatted).toList();
            text.append(orDash(String.join(",", tokens))).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException where it is no such text */
    static List<Instance> decode(byte[] bytes) {
        List<Instance> instances = new ArrayList<>();
        if (bytes.length == 0) {
            return instances;
        }
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
        if (!lines[0].equals(HEADER)) {
            throw new IllegalArgumentException("the ring begins with '" + lines[0] + "', not with '" + HEADER + "'");
        }
        for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
            String[] parts = lines[i].split(" ", -1);
            if (parts.length != 5) {
                throw new IllegalArgumentException("line " + (i + 1) + " of the ring has " + parts.length + " parts");
            }
            List<Integer> tokens = new ArrayList<>();
            if (!parts[4].equals("-")) {
                for (String token : parts[4].split(",", -1)) {
                    tokens.add(Integer.parseUnsignedInt(token, 16));
                }
            }
            instances.add(new Instance(
                    parts[0], orEmpty(parts[1]), orEmpty(parts[2]), Instance.State.valueOf(parts[3]), tokens));
        }
        return instances;
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static String orEmpty(String text) {
        return text.equals("-") ? "" : text;
    }
}
