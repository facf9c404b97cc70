package io.engram.querier;

/**
 * Label names in a path: a name that is no plain identifier comes as {@code U__} and the name, in which {@code __} is an
 * underscore and {@code _2e_} the character with that code point in hexadecimal.
 *
 * @see <a href="https://github.com/prometheus/common/blob/main/model/metric.go">UnescapeName, value encoding</a>
 */
final class EscapedNames {
    private static final String PREFIX = "U__";
    private static final int MAX_HEX_DIGITS = 6;

    private EscapedNames() {}

    /** The name that is meant; what is not well escaped stays as it is. */
    static String unescape(String name) {
        if (!name.startsWith(PREFIX)) {
            return name;
        }
        StringBuilder out = new StringBuilder(name.length());
        int i = PREFIX.length();
        while (i < name.length()) {
            char c = name.charAt(i++);
            if (c != '_') {
                out.append(c);
                continue;
            }
            int close = name.indexOf('_', i);
            if (close < 0) {
                return name;
            }
            if (close == i) {
                out.append('_');
            } else {
                int codePoint = codePoint(name, i, close);
                if (codePoint < 0) {
                    return name;
                }
                out.appendCodePoint(codePoint);
            }
            i = close + 1;
        }
        return out.toString();
    }

    private static int codePoint(String name, int from, int to) {
        if (to - from > MAX_HEX_DIGITS) {
            return -1;
        }
        int codePoint = 0;
        for (int i = from; i < to; i++) {
            int digit = name.charAt(i) < 0x80 ? Character.digit(name.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            codePoint = codePoint << 4 | digit;
        }
        boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        return Character.isValidCodePoint(codePoint) && !surrogate ? codePoint : -1;
    }
}
