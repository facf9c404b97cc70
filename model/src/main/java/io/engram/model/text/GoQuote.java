package io.engram.model.text;

/** Strings in double quotes as Go's {@code strconv.Quote} writes them: the {@code %q} of Prometheus' error texts. */
public final class GoQuote {
    private static final String HEX = "0123456789abcdef";

    private GoQuote() {}

    public static String quote(String text) {
        var out = new StringBuilder(text.length() + 8);
        append(out, text);
        return out.toString();
    }

    /** Appends {@code text}, quoted. */
    public static void append(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            appendEscaped(out, codePoint, '"');
            i += Character.charCount(codePoint);
        }
        out.append('"');
    }

    /** One character in single quotes; what is no character at all becomes U+FFFD. */
    public static String quoteRune(int codePoint) {
        var out = new StringBuilder(8).append('\'');
        appendEscaped(out, Character.isValidCodePoint(codePoint) ? codePoint : 0xFFFD, '\'');
        return out.append('\'').toString();
    }

    /** Whether Go prints the character as it is: letters, marks, numbers, punctuation, symbols and the ASCII space. */
    public static boolean isPrintable(int codePoint) {
        if (codePoint < 0x7f) {
            return codePoint >= ' ';
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static void appendEscaped(StringBuilder out, int codePoint, char quote) {
        if (codePoint == quote || codePoint == '\\') {
            out.append('\\').append((char) codePoint);
        } else if (isPrintable(codePoint)) {
            out.appendCodePoint(codePoint);
        } else {
            appendControl(out, codePoint);
        }
    }

    private static void appendControl(StringBuilder out, int codePoint) {
        switch (codePoint) {
            case 0x07 -> out.append("\\a");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case 0x0b -> out.append("\\v");
            default -> {
                if (codePoint < ' ' || codePoint == 0x7f) {
                    hex(out.append("\\x"), codePoint, 2);
                } else if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                    out.append("\\ufffd");
                } else if (codePoint < 0x10000) {
                    hex(out.append("\\u"), codePoint, 4);
                } else {
                    hex(out.append("\\U"), codePoint, 8);
                }
            }
        }
    }

    private static void hex(StringBuilder out, int value, int digits) {
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            out.append(HEX.charAt(value >>> shift & 0xf));
        }
    }
}
