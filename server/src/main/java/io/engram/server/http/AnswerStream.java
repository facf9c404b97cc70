package io.engram.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;

/**
 * The body of an answer while it is made. One that stays short goes out whole at {@link #close}: head, length and body in
 * one write to the socket. A longer one goes out in pieces. Used by one thread.
 */
final class AnswerStream extends OutputStream {
    private static final int FIRST_BYTES = 2 << 10;
    /** What a piece holds; answers up to this are short. */
    private static final int MAX_BYTES = 64 << 10;

    private final Response response;
    private byte[] buffer = new byte[FIRST_BYTES];
    private int used;
    private boolean begun;
    private boolean closed;

    AnswerStream(Response response) {
        this.response = response;
    }

    @Override
    public void write(int b) throws IOException {
        makeRoom(1);
        buffer[used++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int from = offset;
        int left = length;
        while (left > 0) {
            makeRoom(left);
            int n = Math.min(left, buffer.length - used);
            System.arraycopy(bytes, from, buffer, used, n);
            used += n;
            from += n;
            left -= n;
        }
    }

    /** Makes room for {@code wanted} bytes, or for some of them where that is all a piece can hold. */
    private void makeRoom(int wanted) throws IOException {
        if (closed) {
            throw new IOException("the answer has ended");
        }
        if (used + wanted > buffer.length && buffer.length < MAX_BYTES) {
            buffer = Arrays.copyOf(
                    buffer, (int) Math.min(MAX_BYTES, Math.max((long) used + wanted, 2L * buffer.length)));
        }
        if (used == buffer.length) {
            send(false);
        }
    }

    /** Sends what is gathered, now. */
    @Override
    public void flush() throws IOException {
        if (used > 0) {
            send(false);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (!begun) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, used);
        }
        send(true);
    }

    private void send(boolean last) throws IOException {
        begun = true;
        Content.Sink.write(response, last, ByteBuffer.wrap(buffer, 0, used)); // returns when the bytes are out
        used = 0;
    }
}
