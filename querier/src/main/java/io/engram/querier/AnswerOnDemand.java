package io.engram.querier;

import io.engram.querier.read.ChunkFrames;
import io.engram.querier.read.ReadRequest;
import io.engram.querier.read.SampledAnswer;
import io.engram.server.http.ByteBuf;
import io.engram.server.http.Exchange;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The body of a remote read's answer. Its beginning is held back, so that a limit which is met early can still be told by a
 * status; from {@value #HELD_BYTES} bytes on it goes out as it comes. Used by one thread at a time.
 */
final class AnswerOnDemand extends OutputStream {
    private static final int HELD_BYTES = 64 << 10;

    private final Exchange exchange;
    private final ReadRequest.Form form;
    private final ByteBuf held = new ByteBuf(1 << 10);
    private volatile OutputStream stream; // null until it begins

    AnswerOnDemand(Exchange exchange, ReadRequest.Form form) {
        this.exchange = exchange;
        this.form = form;
    }

    /** Whether only breaking the connection can tell an error. */
    boolean begun() {
        return stream != null;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (stream == null && length <= HELD_BYTES - held.length()) {
            held.ensureRoom(length);
            System.arraycopy(bytes, offset, held.array(), held.length(), length);
            held.advance(length);
            return;
        }
        if (stream == null) {
            begin();
            stream.flush(); // held back once is enough: from here on the client sees what there is
        }
        stream.write(bytes, offset, length);
    }

    private void begin() throws IOException {
        if (form == ReadRequest.Form.SAMPLES) {
            exchange.setHeader("Content-Encoding", SampledAnswer.CONTENT_ENCODING);
            stream = exchange.stream(200, SampledAnswer.CONTENT_TYPE);
        } else {
            stream = exchange.stream(200, ChunkFrames.CONTENT_TYPE);
        }
        stream.write(held.array(), 0, held.length());
    }

    /** Ends the answer, whole. */
    @Override
    public void close() throws IOException {
        if (stream == null) {
            begin();
        }
        stream.close();
    }
}
