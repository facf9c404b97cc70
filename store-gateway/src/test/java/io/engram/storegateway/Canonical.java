package io.engram.storegateway;

import io.engram.model.labels.Labels;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Canonical bytes of labels, written down plainly: what the store-gateway's must be equal to. */
final class Canonical {
    private Canonical() {}

    static byte[] bytes(Labels labels) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < labels.size(); i++) {
            ByteArrayOutputStream pair = new ByteArrayOutputStream();
            text(pair, 0x0A, labels.at(i).name());
            text(pair, 0x12, labels.at(i).value());
            out.write(0x0A);
            varint(out, pair.size());
            out.writeBytes(pair.toByteArray());
        }
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, int tag, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.write(tag);
        varint(out, utf8.length);
        out.writeBytes(utf8);
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int rest = value;
        for (; rest >= 0x80; rest >>>= 7) {
            out.write(rest & 0x7F | 0x80);
        }
        out.write(rest);
    }
}
