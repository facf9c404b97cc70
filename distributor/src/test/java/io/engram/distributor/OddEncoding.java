package io.engram.distributor;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes a message in ways that no sender does and protobuf allows, so that it means the same: fields in any order,
 * numbers with more bytes than they need, unknown fields, values that are overwritten, packed numbers in pieces.
 */
final class OddEncoding {
    private final SplittableRandom random;

    OddEncoding(SplittableRandom random) {
        this.random = random;
    }

    byte[] encode(Message message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Deque<byte[]>> fields = new ArrayList<>();
        message.getAllFields().forEach((field, value) -> fields.add(field(field, value)));
        while (!fields.isEmpty()) {
            maybeUnknown(out);
            int i = random.nextInt(fields.size());
            out.writeBytes(fields.get(i).poll());
            if (fields.get(i).isEmpty()) {
                fields.remove(i);
            }
        }
        maybeUnknown(out);
        return out.toByteArray();
    }

    /** The pieces of one field, whose order must stay. */
    private Deque<byte[]> field(FieldDescriptor field, Object value) {
        Deque<byte[]> pieces = new ArrayDeque<>();
        if (!field.isRepeated()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.STRING && random.nextInt(4) == 0) {
                pieces.add(single(field, "overwritten"));
            }
            pieces.add(single(field, value));
            return pieces;
        }
        List<?> values = (List<?>) value;
        for (int i = 0; i < values.size(); ) {
            if (!field.isPackable() || random.nextInt(8) == 0) {
                pieces.add(single(field, values.get(i++)));
                continue;
            }
            int count = random.nextInt(3) == 0 ? random.nextInt(values.size() - i + 1) : values.size() - i;
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            for (int end = i + count; i < end; i++) {
                scalar(packed, field, values.get(i));
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            message(out, field.getNumber(), packed.toByteArray());
            pieces.add(out.toByteArray());
        }
        return pieces;
    }

    private byte[] single(FieldDescriptor field, Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        switch (field.getJavaType()) {
            case MESSAGE -> message(out, field.getNumber(), encode((Message) value));
            case STRING ->
                message(
                        out,
                        field.getNumber(),
                        ByteString.copyFromUtf8((String) value).toByteArray());
            case DOUBLE -> {
                varint(out, field.getNumber() << 3 | Wire.FIXED64);
                scalar(out, field, value);
            }
            default -> {
                varint(out, field.getNumber() << 3 | Wire.VARINT);
                scalar(out, field, value);
            }
        }
        return out.toByteArray();
    }

    private void scalar(ByteArrayOutputStream out, FieldDescriptor field, Object value) {
        switch (field.getType()) {
            case DOUBLE -> fixed(out, Double.doubleToRawLongBits((Double) value), 8);
            case SINT32 -> varint(out, ((Integer) value << 1 ^ (Integer) value >> 31) & 0xFFFFFFFFL);
            case SINT64 -> varint(out, (Long) value << 1 ^ (Long) value >> 63);
            case UINT32 -> varint(out, (Integer) value & 0xFFFFFFFFL);
            case ENUM -> varint(out, value instanceof EnumValueDescriptor named ? named.getNumber() : (Integer) value);
            default -> varint(out, (Long) value);
        }
    }

    private void maybeUnknown(ByteArrayOutputStream out) {
        switch (random.nextInt(16)) {
            case 0 -> {
                varint(out, 99 << 3 | Wire.VARINT);
                varint(out, random.nextLong());
            }
            case 1 -> {
                varint(out, 55 << 3 | Wire.FIXED32);
                fixed(out, random.nextInt(), 4);
            }
            case 2 -> {
                varint(out, 500 << 3 | Wire.FIXED64);
                fixed(out, random.nextLong(), 8);
            }
            case 3 -> message(out, 77, new byte[random.nextInt(200)]);
            case 4 -> {
                varint(out, 20 << 3 | Wire.GROUP_START);
                maybeUnknown(out);
                varint(out, 20 << 3 | Wire.GROUP_END);
            }
            default -> {}
        }
    }

    private void message(ByteArrayOutputStream out, int field, byte[] body) {
        varint(out, (long) field << 3 | Wire.LENGTH_DELIMITED);
        varint(out, body.length);
        out.writeBytes(body);
    }

    /** Sometimes with more bytes than it needs, up to five for what fits and up to ten for what does not. */
    private void varint(ByteArrayOutputStream out, long value) {
        int needed = Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
        int size = needed < 5 && random.nextInt(4) == 0 ? random.nextInt(needed, 6) : needed;
        for (int i = 0; i < size; i++) {
            out.write((int) (value >>> (7 * i)) & 0x7F | (i < size - 1 ? 0x80 : 0));
        }
    }

    private static void fixed(ByteArrayOutputStream out, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)));
        }
    }
}
