package io.engram.distributor;

import com.google.protobuf.ByteString;
import io.engram.proto.remote.v1.Label;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.proto.remote.v1.WriteRequest;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** Writes a request in ways that no sender does and protobuf allows; it means the same. */
final class OddEncoding {
    private final SplittableRandom random;

    OddEncoding(SplittableRandom random) {
        this.random = random;
    }

    byte[] encode(WriteRequest request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (TimeSeries series : request.getTimeseriesList()) {
            maybeUnknown(out);
            message(out, 1, series(series));
        }
        maybeUnknown(out);
        return out.toByteArray();
    }

    private byte[] series(TimeSeries series) {
        List<byte[]> labels = new ArrayList<>();
        for (Label label : series.getLabelsList()) {
            labels.add(label(label));
        }
        if (random.nextBoolean()) {
            labels.add(label(Label.newBuilder().setName("empty").build()));
        }
        Collections.shuffle(labels, new Random(random.nextLong()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int label = 0;
        int sample = 0;
        while (label < labels.size() || sample < series.getSamplesCount()) {
            maybeUnknown(out);
            if (sample == series.getSamplesCount() || (label < labels.size() && random.nextBoolean())) {
                message(out, 1, labels.get(label++));
            } else {
                message(out, 2, sample(series.getSamples(sample++)));
            }
        }
        return out.toByteArray();
    }

    private byte[] label(Label label) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean valueFirst = random.nextBoolean();
        if (valueFirst) {
            message(out, 2, label.getValueBytes().toByteArray());
        }
        if (random.nextInt(4) == 0) {
            message(out, 1, ByteString.copyFromUtf8("overwritten").toByteArray());
        }
        maybeUnknown(out);
        message(out, 1, label.getNameBytes().toByteArray());
        if (!valueFirst) {
            message(out, 2, label.getValueBytes().toByteArray());
        }
        return out.toByteArray();
    }

    private byte[] sample(Sample sample) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean timeFirst = random.nextBoolean();
        if (timeFirst) {
            timestamp(out, sample.getTimestamp());
        }
        maybeUnknown(out);
        varint(out, 1 << 3 | Wire.FIXED64);
        fixed(out, Double.doubleToRawLongBits(sample.getValue()), 8);
        if (!timeFirst) {
            timestamp(out, sample.getTimestamp());
        }
        return out.toByteArray();
    }

    private void timestamp(ByteArrayOutputStream out, long timestampMs) {
        varint(out, 2 << 3 | Wire.VARINT);
        varint(out, timestampMs);
    }

    private void maybeUnknown(ByteArrayOutputStream out) {
        switch (random.nextInt(16)) {
            case 0 -> {
                varint(out, 99 << 3 | Wire.VARINT);
                varint(out, random.nextLong());
            }
            case 1 -> {
                varint(out, 15 << 3 | Wire.FIXED32);
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
