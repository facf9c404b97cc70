package io.engram.ring.zookeeper;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Where a key lies in ZooKeeper: below the prefix, each part of it a node. Parts may come from strangers (a label's value is
 * part of an election's key), so what ZooKeeper does not take in a name is written as {@code %} and two digits for each byte,
 * and an empty part as {@code %} alone.
 */
final class Paths {
    private final String prefix;

    /** @param prefix {@code /engram}: begins with a slash, does not end with one */
    Paths(String prefix) {
        if (!prefix.matches("(/[A-Za-z0-9_.-]*[A-Za-z0-9_-][A-Za-z0-9_.-]*)+")) {
            throw new IllegalArgumentException(
                    "the path in ZooKeeper must be like /engram, of letters, digits, '_', '.' and '-', and is '"
                            + prefix + "'");
        }
        this.prefix = prefix;
    }

    String of(String key) {
        StringBuilder path = new StringBuilder(prefix);
        for (String part : key.split("/", -1)) {
            path.append('/');
            if (part.isEmpty()) {
                path.append('%');
            } else {
                encode(part, path);
            }
        }
        return path.toString();
    }

    private static void encode(String part, StringBuilder path) {
        boolean dots = part.equals(".") || part.equals("..");
        for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7f && b != '%' && b != '+' && !(dots && b == '.')) {
                path.append((char) b);
            } else {
                path.append('%').append("%02X".formatted(b & 0xff));
            }
        }
    }

    /** The part of a key that a node's name stands for. */
    static String part(String node) {
        return node.equals("%") ? "" : URLDecoder.decode(node, StandardCharsets.UTF_8);
    }
}
