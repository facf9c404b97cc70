package io.engram.model.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON by RFC 8259 to the letter: objects as maps, arrays as lists, numbers as their text, strings as strings. */
public final class StrictJson {
    /** A number, as it was written. */
    public record Num(String text) {}

    private final String text;
    private int at;

    private StrictJson(String text) {
        this.text = text;
    }

    /** @throws AssertionError where it is not JSON, or a name occurs twice in an object */
    public static Object parse(String text) {
        StrictJson json = new StrictJson(text);
        Object value = json.value();
        if (json.at != text.length()) {
            throw json.wrong("trailing text");
        }
        return value;
    }

    /** The same, of a text that is an object. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(String text) {
        return (Map<String, Object>) parse(text);
    }

    private Object value() {
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        take('{');
        if (peek() != '}') {
            do {
                String name = string();
                take(':');
                if (object.put(name, value()) != null) {
                    throw wrong("name twice: " + name);
                }
            } while (more('}'));
        } else {
            at++;
        }
        return object;
    }

    private List<Object> array() {
        List<Object> array = new ArrayList<>();
        take('[');
        if (peek() != ']') {
            do {
                array.add(value());
            } while (more(']'));
        } else {
            at++;
        }
        return array;
    }

    private boolean more(char end) {
        char c = peek();
        at++;
        if (c != ',' && c != end) {
            throw wrong("expected , or " + end);
        }
        return c == ',';
    }

    private String string() {
        take('"');
        StringBuilder out = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c < 0x20) {
                throw wrong("control character in string");
            }
            out.append(c == '\\' ? escape() : c);
        }
        at++;
        return out.toString();
    }

    private char escape() {
        char c = text.charAt(at++);
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(text, at - 4, at, 16);
            }
            default -> throw wrong("bad escape");
        };
    }

    private Object literal(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("bad literal");
        }
        at += word.length();
        return value;
    }

    private Num number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(from, at);
        if (!number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            throw wrong("bad number " + number);
        }
        return new Num(number);
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("ends early");
        }
        return text.charAt(at);
    }

    private void take(char c) {
        if (peek() != c) {
            throw wrong("expected " + c);
        }
        at++;
    }

    private AssertionError wrong(String what) {
        return new AssertionError("not JSON at " + at + ": " + what + " in " + text);
    }
}
