package io.engram.tsdb.head;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The labels of an exemplar as bytes: for each a name and a value, in front of both its length as a varint. Keeps its
 * buffer; for one thread.
 */
final class ExemplarLabels {
    /** As in Prometheus ({@code model/exemplar}), names and values together, in characters. */
    static final int MAX_CHARACTERS = 128;

    private byte[] bytes = new byte[256];
    private int length;

    /** Takes up labels; false where they have too many characters. */
    boolean encode(Labels labels) {
        length = 0;
        int characters = 0;
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.at(i);
            characters += characters(label.name()) + characters(label.value());
            if (characters > MAX_CHARACTERS) {
                return false;
            }
            add(label.name());
            add(label.value());
        }
        return true;
    }

    private static int characters(String text) {
        return text.codePointCount(0, text.length());
    }

    private void add(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length - length < utf8.length + 5) {
            bytes = Arrays.copyOf(bytes, 2 * (length + utf8.length + 5));
        }
        int rest = utf8.length;
        while (rest > 0x7F) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** What {@link #encode} made into bytes. */
    static Labels decode(byte[] from, int offset, int size) {
        Label[] labels = new Label[8];
        int count = 0;
        Position at = new Position(from, offset);
        while (at.next < offset + size) {
            if (count == labels.length) {
                labels = Arrays.copyOf(labels, 2 * count);
            }
            labels[count++] = new Label(at.text(), at.text());
        }
        return Labels.ofSorted(Arrays.copyOf(labels, count));
    }

    private static final class Position {
        private final byte[] from;
        private int next;

        Position(byte[] from, int next) {
            this.from = from;
            this.next = next;
        }

        String text() {
            int size = 0;
            int shift = 0;
            byte b;
            do {
                b = from[next++];
                size |= (b & 0x7F) << shift;
                shift += 7;
            } while (b < 0);
            String text = new String(from, next, size, StandardCharsets.UTF_8);
            next += size;
            return text;
        }
    }
}
