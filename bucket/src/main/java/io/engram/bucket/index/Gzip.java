package io.engram.bucket.index;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Whole arrays in and out of gzip. */
final class Gzip {
    private Gzip() {}

    static byte[] deflate(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 4 + 64);
        try (OutputStream out = new GZIPOutputStream(bytes, 1 << 16)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException("compress into memory", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException where it is damaged, or inflates to more than {@code maxBytes} */
    static byte[] inflate(byte[] bytes, int maxBytes) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes), 1 << 16)) {
            byte[] plain = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw new IOException("inflates to more than " + maxBytes + " bytes");
            }
            return plain;
        }
    }
}
