package io.engram.bucket;

import java.nio.charset.StandardCharsets;

/** The rules for keys, which hold for every store so that an object can move from one to another. */
public final class Keys {
    private static final int MAX_BYTES = 1024;
    /** What file systems take for a name. */
    private static final int MAX_PART_BYTES = 255;

    private Keys() {}

    /** @throws IllegalArgumentException that says what is wrong */
    public static void check(String key) {
        if (utf8Length(key) > MAX_BYTES) {
            throw new IllegalArgumentException("key '" + key + "' is longer than " + MAX_BYTES + " bytes");
        }
        for (String part : key.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new IllegalArgumentException("key '" + key + "' has a part that is empty, '.' or '..'");
            }
            if (utf8Length(part) > MAX_PART_BYTES) {
                throw new IllegalArgumentException(
                        "key '" + key + "' has a part that is longer than " + MAX_PART_BYTES + " bytes");
            }
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c < 0x20 || c == 0x7f || c == '\\') {
                throw new IllegalArgumentException(
                        "key '" + key + "' has a control character or a backslash at position " + i);
            }
        }
        // Left over from an interrupted write in a folder that serves as a bucket.
        if (key.startsWith("~")) {
            throw new IllegalArgumentException("key '" + key + "' begins with '~', which is kept for ourselves");
        }
    }

    /** For listings, in which other things lie too. */
    public static boolean isKey(String text) {
        try {
            check(text);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** As {@link #isKey}, of a folder. */
    public static boolean isPrefix(String text) {
        return text.endsWith("/") && isKey(text.substring(0, text.length() - 1));
    }

    /** @throws IllegalArgumentException unless empty, or a key and {@code /} */
    public static void checkPrefix(String prefix) {
        if (prefix.isEmpty()) {
            return;
        }
        if (!prefix.endsWith("/")) {
            throw new IllegalArgumentException("prefix '" + prefix + "' does not end in '/'");
        }
        check(prefix.substring(0, prefix.length() - 1));
    }

    /** @throws IllegalArgumentException unless there is at least one byte, and the end fits into 64 bits */
    public static void checkRange(long offset, int length) {
        if (offset < 0 || length < 1 || offset > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("range of " + length + " bytes from " + offset);
        }
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
