package io.engram.proto.grpc;

import io.grpc.Detachable;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * The bytes of a message that is written or read by hand. One that was received borrows the transport's buffers until it
 * is closed or copied; a message of more than 16 KiB comes in several of them, so that it is copied together before it is
 * read, once, into an array that is used again.
 */
final class RawMessage implements AutoCloseable {
    private final InputStream in;
    private final byte[] bytes;
    private final int length;

    /** To be sent. */
    RawMessage(byte[] bytes) {
        this.in = null;
        this.bytes = bytes;
        this.length = bytes.length;
    }

    private RawMessage(InputStream in, int length) {
        this.in = in;
        this.bytes = null;
        this.length = length;
    }

    static RawMessage received(InputStream stream) {
        try {
            if (stream instanceof Detachable detachable && stream instanceof KnownLength) {
                int length = stream.available();
                return new RawMessage(detachable.detach(), length);
            }
            byte[] bytes = stream.readAllBytes(); // was compressed
            return new RawMessage(new ByteArrayInputStream(bytes), bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException("receive a message of another instance", e);
        }
    }

    int length() {
        return length;
    }

    /** The next byte, -1 at the end. */
    int read() {
        try {
            return in.read();
        } catch (IOException e) {
            throw new UncheckedIOException("read a message of another instance", e);
        }
    }

    /** Puts the first byte back; this one is not used any more. */
    RawMessage unread(int first) {
        return first < 0 ? this : new RawMessage(new UnreadStream(first, in), length);
    }

    /** Copies what was not read yet and closes. @return how many bytes */
    int copyTo(byte[] into) {
        try (in) {
            int count = in.readNBytes(into, 0, into.length);
            if (in.read() >= 0) {
                throw new EOFException("a message is longer than " + into.length + " bytes");
            }
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException("read a message of another instance", e);
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException("close a message of another instance", e);
        }
    }

    /** For the transport. */
    InputStream toStream() {
        return new Outbound(bytes);
    }

    private static final class Outbound extends ByteArrayInputStream implements KnownLength, Drainable {
        Outbound(byte[] bytes) {
            super(bytes);
        }

        @Override
        public int drainTo(OutputStream out) throws IOException {
            return (int) transferTo(out);
        }
    }

    /** A stream, and a byte before it. */
    private static final class UnreadStream extends FilterInputStream {
        private int first;

        UnreadStream(int first, InputStream rest) {
            super(rest);
            this.first = first;
        }

        @Override
        public int read() throws IOException {
            if (first < 0) {
                return super.read();
            }
            int one = first;
            first = -1;
            return one;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (first < 0 || length == 0) {
                return super.read(into, offset, length);
            }
            into[offset] = (byte) first;
            first = -1;
            return 1;
        }
    }
}
