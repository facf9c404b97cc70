package io.engram.promql.parser;

import io.engram.model.text.GoQuote;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Values of number and string tokens, read as Go's {@code strconv} does. */
final class Literals {
    private Literals() {}

    /**
     * Decimal, octal with a leading zero, hexadecimal or floating, with underscores between digits; {@code inf}, {@code nan}.
     *
     * @throws NumberFormatException with Go's error text
     */
    static double number(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.equals("inf")) {
            return Double.POSITIVE_INFINITY;
        }
        if (lower.equals("nan")) {
            return Double.NaN;
        }
        boolean hexadecimal = lower.startsWith("0x");
        boolean underscoresOk = underscoresStandBetweenDigits(lower, hexadecimal);
        String digits = lower.replace("_", "");
        if (underscoresOk) {
            try {
                return integer(digits, hexadecimal);
            } catch (NumberFormatException e) {
                // Not a whole number of 64 bits: it is read as a float below.
            }
        }
        if (hexadecimal || !underscoresOk) {
            throw invalid(text, "invalid syntax");
        }
        return decimal(text, digits);
    }

    private static long integer(String digits, boolean hexadecimal) {
        if (hexadecimal) {
            return Long.parseLong(digits, 2, digits.length(), 16);
        }
        boolean octal = digits.length() > 1 && digits.charAt(0) == '0';
        return Long.parseLong(digits, octal ? 8 : 10);
    }

    private static double decimal(String text, String digits) {
        double value;
        try {
            value = Double.parseDouble(digits);
        } catch (NumberFormatException e) {
            throw invalid(text, "invalid syntax");
        }
        if (Double.isInfinite(value)) {
            throw invalid(text, "value out of range");
        }
        return value;
    }

    private static boolean underscoresStandBetweenDigits(String text, boolean hexadecimal) {
        boolean digitBefore = hexadecimal;
        boolean underscoreBefore = false;
        for (int i = hexadecimal ? 2 : 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean digit = Lexer.isDigit(c) || hexadecimal && c >= 'a' && c <= 'f';
            if (c == '_' ? !digitBefore : !digit && underscoreBefore) {
                return false;
            }
            underscoreBefore = c == '_';
            digitBefore = digit;
        }
        return !underscoreBefore;
    }

    private static NumberFormatException invalid(String text, String why) {
        return new NumberFormatException("strconv.ParseFloat: parsing " + GoQuote.quote(text) + ": " + why);
    }

    /**
     * The value of a string token; the lexer has already checked its escapes. Bytes written as {@code \x} or in octal that
     * are no UTF-8 become U+FFFD.
     */
    static String unquote(String token) {
        String inner = token.substring(1, token.length() - 1);
        if (token.charAt(0) == '`' || inner.indexOf('\\') < 0) {
            return inner;
        }
        var bytes = new ByteArrayOutputStream(inner.length());
        int at = 0;
        while (at < inner.length()) {
            int escape = inner.indexOf('\\', at);
            int end = escape < 0 ? inner.length() : escape;
            bytes.writeBytes(inner.substring(at, end).getBytes(StandardCharsets.UTF_8));
            at = escape < 0 ? end : unescape(inner, escape + 1, bytes);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Reads the escape whose first character behind the backslash is at {@code at}; returns where it ends. */
    private static int unescape(String text, int at, ByteArrayOutputStream out) {
        char kind = text.charAt(at);
        switch (kind) {
            case 'x' -> {
                out.write(Integer.parseInt(text, at + 1, at + 3, 16));
                return at + 3;
            }
            case 'u', 'U' -> {
                int end = at + (kind == 'u' ? 5 : 9);
                int codePoint = Integer.parseInt(text, at + 1, end, 16);
                out.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
                return end;
            }
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                out.write(Integer.parseInt(text, at, at + 3, 8));
                return at + 3;
            }
            default -> {
                out.write(control(kind));
                return at + 1;
            }
        }
    }

    private static int control(char kind) {
        return switch (kind) {
            case 'a' -> 0x07;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0b;
            default -> kind;
        };
    }
}
