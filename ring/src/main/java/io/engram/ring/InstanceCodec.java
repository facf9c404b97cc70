package io.engram.ring;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How an instance is kept in the store: text, so that an operator can read it. Lines that this version does not know are
 * passed over, so that versions can be mixed while a cluster is updated; they are gone when this version writes.
 *
 * <pre>
 * engram instance 1
 * id ingester-1
 * address 127.0.0.1:9095
 * zone zone-a
 * state ACTIVE
 * read-only false
 * registered 1763769600000
 * tokens 007fffff,00ffffff,…
 * </pre>
 */
final class InstanceCodec {
    private static final String HEADER = "engram instance 1";

    private InstanceCodec() {}

    static byte[] encode(Instance instance) {
        StringBuilder text = new StringBuilder(HEADER);
        text.append("\nid ").append(instance.id());
        text.append("\naddress ").append(instance.address());
        text.append("\nzone ").append(instance.zone());
        text.append("\nstate ").append(instance.state());
        text.append("\nread-only ").append(instance.readOnly());
        text.append("\nregistered ").append(instance.registeredMs());
        text.append("\ntokens ");
        String separator = "";
        for (int token : instance.tokens()) {
            String digits = Integer.toHexString(token);
            text.append(separator).append("0".repeat(8 - digits.length())).append(digits);
            separator = ",";
        }
        return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads what was written; healthy, as nobody has judged yet.
     *
     * @throws IllegalArgumentException where it is no such text
     */
    static Instance decode(byte[] bytes) {
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
        if (!lines[0].equals(HEADER) || !lines[lines.length - 1].isEmpty()) {
            throw new IllegalArgumentException("an instance on the ring begins with '" + lines[0] + "', not with '"
                    + HEADER + "', or its end is missing");
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 1; i < lines.length - 1; i++) {
            int space = lines[i].indexOf(' ');
            if (space < 0) {
                throw new IllegalArgumentException("line " + (i + 1) + " of an instance on the ring has no value");
            }
            values.put(lines[i].substring(0, space), lines[i].substring(space + 1));
        }
        return new Instance(
                value(values, "id"),
                value(values, "address"),
                value(values, "zone"),
                Instance.State.valueOf(value(values, "state")),
                value(values, "read-only").equals("true"),
                true,
                tokens(value(values, "tokens")),
                Long.parseLong(value(values, "registered")));
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("an instance on the ring has no line '" + name + "'");
        }
        return value;
    }

    private static List<Integer> tokens(String text) {
        List<Integer> tokens = new ArrayList<>();
        if (!text.isEmpty()) {
            for (String token : text.split(",", -1)) {
                tokens.add(Integer.parseUnsignedInt(token, 16));
            }
        }
        return tokens;
    }
}
