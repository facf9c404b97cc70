package io.engram.querier;

import io.engram.model.text.GoFloat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes JSON into a stream through one buffer, so that an answer is never whole in memory and a number makes no
 * garbage. It puts the commas; it does not check that calls nest. Used by one thread.
 */
final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** Room for the longest thing that is written in one go. */
    private static final int RESERVE = 64;

    private static final int MAX_ESCAPED_BYTES = 6;

    /** By the byte. */
    private static final boolean[] ESCAPED = new boolean[256];

    static {
        Arrays.fill(ESCAPED, 0, 0x20, true);
        ESCAPED['"'] = true;
        ESCAPED['\\'] = true;
        ESCAPED[0x7f] = true;
    }

    private final OutputStream out;
    private final GoFloat floats = new GoFloat();
    private final byte[] buffer;
    private int used;
    private boolean comma;

    JsonWriter(OutputStream out, int bufferBytes) {
        this.out = out;
        this.buffer = new byte[Math.max(bufferBytes, 2 * RESERVE)];
    }

    JsonWriter beginObject() throws IOException {
        return open('{');
    }

    JsonWriter endObject() throws IOException {
        return close('}');
    }

    JsonWriter beginArray() throws IOException {
        return open('[');
    }

    JsonWriter endArray() throws IOException {
        return close(']');
    }

    JsonWriter name(String name) throws IOException {
        string(name);
        put(':');
        comma = false;
        return this;
    }

    /** A string; what is no character (half of a surrogate pair) becomes U+FFFD. */
    JsonWriter string(String text) throws IOException {
        separate();
        put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            reserve();
            if (c >= 0x80) {
                i += putBeyondAscii(text, i, c);
            } else if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f) {
                putEscaped(c);
            } else {
                buffer[used++] = (byte) c;
            }
        }
        put('"');
        comma = true;
        return this;
    }

    JsonWriter name(byte[] utf8, int from, int length) throws IOException {
        string(utf8, from, length);
        put(':');
        comma = false;
        return this;
    }

    /** A string of valid UTF-8. */
    JsonWriter string(byte[] utf8, int from, int length) throws IOException {
        separate();
        put('"');
        int end = from + length;
        for (int i = from; i < end; ) {
            reserve();
            int stop = Math.min(end, i + buffer.length - used - MAX_ESCAPED_BYTES);
            int plain = i;
            while (plain < stop && !ESCAPED[utf8[plain] & 0xFF]) {
                plain++;
            }
            System.arraycopy(utf8, i, buffer, used, plain - i);
            used += plain - i;
            if (plain < stop) {
                putEscaped((char) utf8[plain++]);
            }
            i = plain;
        }
        put('"');
        comma = true;
        return this;
    }

    /** Values that another writer made, commas between them. */
    JsonWriter prepared(ByteArrayOutputStream values) throws IOException {
        flush();
        values.writeTo(out);
        comma = true;
        return this;
    }

    JsonWriter number(long number) throws IOException {
        if (number == Long.MIN_VALUE) {
            return raw(Long.toString(number)); // has no magnitude
        }
        separate();
        reserve();
        if (number < 0) {
            buffer[used++] = '-';
        }
        used = GoFloat.writeWhole(Math.abs(number), buffer, used);
        comma = true;
        return this;
    }

    /** A fraction as a plain JSON number; it must be finite. */
    JsonWriter number(double number) throws IOException {
        separate();
        reserve();
        used = floats.write(number, buffer, used);
        comma = true;
        return this;
    }

    /** A sample's value as Prometheus writes it: a string, which may say that it is none. */
    JsonWriter value(double value) throws IOException {
        separate();
        reserve();
        buffer[used++] = '"';
        used = floats.write(value, buffer, used);
        buffer[used++] = '"';
        comma = true;
        return this;
    }

    JsonWriter bool(boolean value) throws IOException {
        return raw(value ? "true" : "false");
    }

    JsonWriter nil() throws IOException {
        return raw("null");
    }

    /** A point as Prometheus writes it: {@code [1435781430.781,"1.5"]}, the time in seconds, the value as a string. */
    JsonWriter point(long timestampMs, double value) throws IOException {
        separate();
        reserve();
        buffer[used++] = '[';
        putSeconds(timestampMs);
        buffer[used++] = ',';
        reserve();
        buffer[used++] = '"';
        used = floats.write(value, buffer, used);
        buffer[used++] = '"';
        buffer[used++] = ']';
        comma = true;
        return this;
    }

    /** Milliseconds as a number of seconds, with three decimals or none. */
    JsonWriter seconds(long timestampMs) throws IOException {
        separate();
        reserve();
        putSeconds(timestampMs);
        comma = true;
        return this;
    }

    /** Hands what is buffered to the stream, which stays open. */
    void flush() throws IOException {
        out.write(buffer, 0, used);
        used = 0;
    }

    private void putSeconds(long timestampMs) {
        if (timestampMs < 0) {
            buffer[used++] = '-';
        }
        long magnitude = Math.abs(timestampMs);
        used = GoFloat.writeWhole(magnitude / 1000, buffer, used);
        int fraction = (int) (magnitude % 1000);
        if (fraction != 0) {
            buffer[used++] = '.';
            buffer[used++] = (byte) ('0' + fraction / 100);
            buffer[used++] = (byte) ('0' + fraction / 10 % 10);
            buffer[used++] = (byte) ('0' + fraction % 10);
        }
    }

    private JsonWriter raw(String ascii) throws IOException {
        separate();
        for (int i = 0; i < ascii.length(); i++) {
            put(ascii.charAt(i));
        }
        comma = true;
        return this;
    }

    private JsonWriter open(char bracket) throws IOException {
        separate();
        put(bracket);
        comma = false;
        return this;
    }

    private JsonWriter close(char bracket) throws IOException {
        put(bracket);
        comma = true;
        return this;
    }

    private void putEscaped(char c) {
        buffer[used++] = '\\';
        switch (c) {
            case '"', '\\' -> buffer[used++] = (byte) c;
            case '\n' -> buffer[used++] = 'n';
            case '\r' -> buffer[used++] = 'r';
            case '\t' -> buffer[used++] = 't';
            default -> {
                buffer[used++] = 'u';
                buffer[used++] = '0';
                buffer[used++] = '0';
                buffer[used++] = HEX[c >> 4];
                buffer[used++] = HEX[c & 15];
            }
        }
    }

    /** Writes one character as UTF-8; returns how many more UTF-16 units than one it took. */
    private int putBeyondAscii(String text, int at, char c) {
        int codePoint = Character.isSurrogate(c) ? text.codePointAt(at) : c;
        if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
            codePoint = 0xfffd;
        }
        if (codePoint < 0x800) {
            buffer[used++] = (byte) (0xc0 | codePoint >> 6);
        } else if (codePoint < 0x10000) {
            buffer[used++] = (byte) (0xe0 | codePoint >> 12);
            buffer[used++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
        } else {
            buffer[used++] = (byte) (0xf0 | codePoint >> 18);
            buffer[used++] = (byte) (0x80 | codePoint >> 12 & 0x3f);
            buffer[used++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
        }
        buffer[used++] = (byte) (0x80 | codePoint & 0x3f);
        return codePoint >= 0x10000 ? 1 : 0;
    }

    private void separate() throws IOException {
        if (comma) {
            put(',');
        }
    }

    private void put(char ascii) throws IOException {
        reserve();
        buffer[used++] = (byte) ascii;
    }

    private void reserve() throws IOException {
        if (buffer.length - used < RESERVE) {
            out.write(buffer, 0, used);
            used = 0;
        }
    }
}
