package io.engram.proto.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Generated messages on their way; they write themselves into the transport's buffers. */
final class ProtoMarshaller<T extends MessageLite> implements MethodDescriptor.Marshaller<T> {
    private final Parser<T> parser;

    @SuppressWarnings("unchecked") // a message's parser makes messages of its class
    ProtoMarshaller(T defaultInstance) {
        this.parser = (Parser<T>) defaultInstance.getParserForType();
    }

    @Override
    public InputStream stream(T message) {
        return new MessageStream(message);
    }

    @Override
    public T parse(InputStream in) {
        try (in) {
            return parser.parseFrom(in.readAllBytes());
        } catch (InvalidProtocolBufferException e) {
            throw CallFailure.status(new Failure(
                    ErrorId.FRAME_INVALID, "a message of another instance cannot be read: " + e.getMessage(), e));
        } catch (IOException e) {
            throw new UncheckedIOException("read a message of another instance", e);
        }
    }

    private static final class MessageStream extends InputStream implements KnownLength, Drainable {
        private final MessageLite message;
        private final int size;
        /** Null until somebody reads instead of draining. */
        private ByteArrayInputStream bytes;

        MessageStream(MessageLite message) {
            this.message = message;
            this.size = message.getSerializedSize();
        }

        @Override
        public int drainTo(OutputStream out) throws IOException {
            message.writeTo(out);
            return size;
        }

        private ByteArrayInputStream bytes() {
            if (bytes == null) {
                bytes = new ByteArrayInputStream(message.toByteArray());
            }
            return bytes;
        }

        @Override
        public int read() {
            return bytes().read();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            return bytes().read(into, offset, length);
        }

        @Override
        public int available() {
            return bytes == null ? size : bytes.available();
        }
    }
}
