package io.engram.proto.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.List;

/** Messages as a later release may send them: with fields of every wire type that nobody knows yet, on all levels. */
final class LaterFields {
    private static final int FIRST_NUMBER = 1000;
    private static final UnknownFieldSet LATER = UnknownFieldSet.newBuilder()
            .addField(
                    FIRST_NUMBER,
                    UnknownFieldSet.Field.newBuilder().addVarint(-1).build())
            .addField(
                    FIRST_NUMBER + 1,
                    UnknownFieldSet.Field.newBuilder().addFixed32(7).build())
            .addField(
                    FIRST_NUMBER + 2,
                    UnknownFieldSet.Field.newBuilder().addFixed64(8).build())
            .addField(
                    FIRST_NUMBER + 3,
                    UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("later"))
                            .addLengthDelimited(ByteString.EMPTY)
                            .build())
            .build();

    private LaterFields() {}

    static byte[] added(Descriptor type, byte[] message) {
        try {
            return added(DynamicMessage.parseFrom(type, message)).toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(type.getName(), e);
        }
    }

    private static Message added(Message message) {
        Message.Builder later = message.toBuilder();
        for (FieldDescriptor field : message.getAllFields().keySet()) {
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                continue;
            }
            if (field.isRepeated()) {
                List<?> elements = (List<?>) message.getField(field);
                for (int i = 0; i < elements.size(); i++) {
                    later.setRepeatedField(field, i, added((Message) elements.get(i)));
                }
            } else {
                later.setField(field, added((Message) message.getField(field)));
            }
        }
        return later.setUnknownFields(LATER).build();
    }
}
