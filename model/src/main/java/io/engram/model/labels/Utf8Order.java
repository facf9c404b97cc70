package io.engram.model.labels;

/**
 * The order of strings in Prometheus: that of their UTF-8 bytes. It differs from Java's own only where one string has a
 * surrogate pair and the other a character above U+D7FF.
 */
public final class Utf8Order {
    private Utf8Order() {}

    @SuppressWarnings({"ReferenceEquality", "StringEquality"
    }) // labels are mostly interned: the same object is the common case
    public static int compare(String a, String b) {
        if (a == b) {
            return 0;
        }
        int n = Math.min(a.length(), b.length());
        for (int i = 0; i < n; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean xPair = Character.isSurrogate(x);
                return xPair == Character.isSurrogate(y) ? x - y : xPair ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }
}
