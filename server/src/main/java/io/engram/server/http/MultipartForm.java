package io.engram.server.http;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;

/**
 * The parameters of a {@code multipart/form-data} body ({@code curl --form}), as Go's {@code Request.FormValue} and so
 * Prometheus take them: the parts that have a name and are no files. Jetty's parser reads them.
 */
final class MultipartForm {
    private static final int MAX_PART_HEADER_BYTES = 4 << 10;

    private MultipartForm() {}

    /** Who takes the fields, in their order. */
    @FunctionalInterface
    interface Fields {
        /** @param value borrowed until this returns */
        void add(String name, ByteBuf value);
    }

    /**
     * Reads a body that is there in full, so that its length bounds what this costs.
     *
     * @param contentType with the boundary of the parts
     * @throws Failure {@link ErrorId#REQUEST_MALFORMED}
     */
    static void read(ByteBuf body, String contentType, int maxParts, Fields fields) {
        Parts parts = new Parts(fields);
        try {
            String boundary = MultiPart.extractBoundary(contentType);
            if (boundary == null || boundary.isEmpty()) {
                throw malformed("its Content-Type names no boundary", null);
            }
            MultiPart.Parser parser = new MultiPart.Parser(boundary, parts);
            parser.setMaxParts(maxParts);
            parser.setPartHeadersMaxLength(MAX_PART_HEADER_BYTES);
            parser.parse(Content.Chunk.from(ByteBuffer.wrap(body.array(), 0, body.length()), true));
        } catch (Failure e) {
            throw e;
        } catch (RuntimeException e) {
            parts.failure = e;
        }
        if (parts.failure instanceof Failure known) {
            throw known;
        }
        if (parts.failure != null) {
            throw malformed(parts.failure.getMessage(), parts.failure);
        }
        if (!parts.complete) {
            throw malformed("it ends before its last boundary", null);
        }
    }

    private static Failure malformed(String what, Throwable cause) {
        return new Failure(
                ErrorId.REQUEST_MALFORMED, "the form is not what multipart/form-data should be: " + what, cause);
    }

    private static final class Parts extends MultiPart.AbstractPartsListener {
        private final Fields fields;
        private final ByteBuf value = new ByteBuf(64);
        Throwable failure;
        boolean complete;

        Parts(Fields fields) {
            this.fields = fields;
        }

        @Override
        public void onPartContent(Content.Chunk chunk) {
            ByteBuffer bytes = chunk.getByteBuffer();
            int count = bytes.remaining();
            value.ensureRoom(count);
            bytes.get(value.array(), value.length(), count);
            value.advance(count);
        }

        @Override
        public void onPart(String name, String fileName, HttpFields headers) {
            if (name != null && !name.isEmpty() && fileName == null && failure == null) {
                try {
                    fields.add(name, value);
                } catch (Failure e) {
                    failure = e; // the parser would swallow it
                }
            }
            value.clear();
        }

        @Override
        public void onComplete() {
            complete = true;
        }

        @Override
        public void onFailure(Throwable thrown) {
            failure = failure == null ? thrown : failure;
        }
    }
}
