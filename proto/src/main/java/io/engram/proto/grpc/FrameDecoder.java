package io.engram.proto.grpc;

import static io.engram.proto.grpc.FrameFormat.INT;
import static io.engram.proto.grpc.FrameFormat.LONG;

import io.engram.model.TenantId;
import io.engram.model.failure.Failure;
import io.engram.model.write.WriteBatch;
import java.util.zip.CRC32C;

/**
 * Reads frames into a batch that is used again for each; the batch's labels are slices of the frame. Nothing is taken on
 * trust: counts are held against the bytes that are there before memory is taken for them, labels are walked to their
 * ends. For one thread.
 */
final class FrameDecoder {
    /** Arrays that one unusual frame made longer than this are let go before the next. */
    private static final int KEPT_ROWS = 1 << 16;

    private static final byte FIELD_TAG = 0x0A;
    private static final byte VALUE_TAG = 0x12;
    private static final byte[] NO_LABELS = {};

    private final FrameReader in = new FrameReader();
    private final SideRowsReader sideRows = new SideRowsReader(in);
    private WriteBatch batch = new WriteBatch();
    private TenantId lastTenant = TenantId.ANONYMOUS;

    /**
     * Borrows {@code message[from .. to)}, a {@code PushRequest}, as long as the batch is used.
     *
     * @throws Failure {@code FRAME_INVALID} where it is not a whole frame, {@code TENANT_INVALID} where its tenant is none
     */
    WriteBatch decode(byte[] message, int from, int to) {
        in.on(message, from, to);
        findFrame(message);
        int start = in.at;
        int end = in.at + in.remaining() - FrameFormat.CRC_BYTES;
        if (end < start) {
            throw in.damaged("it ends within its first bytes");
        }
        CRC32C crc = new CRC32C();
        crc.update(message, start, end - start);
        int expected = (int) INT.get(message, end);
        if (expected != (int) crc.getValue()) {
            throw in.damaged("its checksum is " + Integer.toHexString((int) crc.getValue()) + ", expected "
                    + Integer.toHexString(expected));
        }
        in.on(message, start, end);
        columns();
        return batch;
    }

    /** Goes to the field {@code frame} of the message, past those that are not known, and ends the input behind it. */
    private void findFrame(byte[] message) {
        while (in.remaining() > 0) {
            long tag = in.varint("a field");
            int kind = (int) tag & 7;
            if (tag == FIELD_TAG) {
                int length = in.count("bytes of the frame", 1);
                in.on(message, in.at, in.at + length);
                return;
            }
            switch (kind) {
                case 0 -> in.varint("a field");
                case 1 -> in.skip(8, "a field");
                case 2 -> in.skip(in.count("bytes of a field", 1), "a field");
                case 5 -> in.skip(4, "a field");
                default -> throw in.damaged("a field has kind " + kind);
            }
        }
        throw in.damaged("it is missing");
    }

    private void columns() {
        int version = in.next("the version");
        if (version != FrameFormat.VERSION) {
            throw in.damaged("its version is " + version + ", expected " + FrameFormat.VERSION);
        }
        int flags = in.next("the flags");
        if ((flags & ~FrameFormat.ALL_FLAGS) != 0) {
            throw in.damaged("its flags are " + flags);
        }
        clear();
        batch.tenant = tenant();
        batch.seriesCount = in.count("series", 16);
        long samples = in.varint("samples");
        if (samples < 0 || samples > 2L * in.remaining()) {
            throw in.damaged(Long.toUnsignedString(samples) + " samples in " + in.remaining() + " bytes");
        }
        batch.sampleCount = (int) samples;
        int histograms = in.count("histograms", SideRowsReader.LEAST_HISTOGRAM_BYTES);
        int exemplars = in.count("exemplars", SideRowsReader.LEAST_EXEMPLAR_BYTES);
        int metadata = in.count("metadata", SideRowsReader.LEAST_METADATA_BYTES);
        int labelBytes = in.count("bytes of labels", 1);
        seriesRoom(batch.seriesCount);
        firstSamples((flags & FrameFormat.ONE_SAMPLE_EACH) != 0);
        sampleRoom(batch.sampleCount, (flags & FrameFormat.STARTS) != 0);
        runs(batch.timestampMs);
        batch.hasStarts = (flags & FrameFormat.STARTS) != 0;
        if (batch.hasStarts) {
            runs(batch.startMs);
        }
        values();
        fingerprints();
        labels((flags & FrameFormat.LABELS) != 0, labelBytes);
        sideRows.read(batch, histograms, exemplars, metadata);
        if (in.remaining() > 0) {
            throw in.damaged(in.remaining() + " bytes follow its last column");
        }
    }

    private void clear() {
        if (batch.fingerprintHi.length > KEPT_ROWS || batch.timestampMs.length > KEPT_ROWS) {
            batch = new WriteBatch();
        }
        batch.histograms.clear();
        batch.exemplars.clear();
        batch.metadata.clear();
        batch.seriesCount = 0;
        batch.sampleCount = 0;
    }

    /** Lets the frame go that the batch was read from. */
    void release() {
        batch.labels = NO_LABELS;
        in.on(NO_LABELS, 0, 0);
    }

    private TenantId tenant() {
        String text = in.text("the tenant");
        if (!lastTenant.value().equals(text)) {
            lastTenant = new TenantId(text);
        }
        return lastTenant;
    }

    private void seriesRoom(int series) {
        if (batch.fingerprintHi.length < series || batch.firstSample.length <= series) {
            int room = Math.max(series, 256);
            batch.fingerprintHi = new long[room];
            batch.fingerprintLo = new long[room];
            batch.placement = new int[room];
            batch.labelOffset = new int[room];
            batch.labelLength = new int[room];
            batch.firstSample = new int[room + 1];
        }
    }

    private void sampleRoom(int samples, boolean starts) {
        if (batch.timestampMs.length < samples) {
            int room = Math.max(samples, 256);
            batch.timestampMs = new long[room];
            batch.valueBits = new long[room];
        }
        if (starts && batch.startMs.length < samples) {
            batch.startMs = new long[Math.max(samples, 256)];
        }
    }

    private void firstSamples(boolean oneEach) {
        int[] first = batch.firstSample;
        if (oneEach) {
            if (batch.sampleCount != batch.seriesCount) {
                throw in.damaged(batch.sampleCount + " samples of " + batch.seriesCount + " series are not one each");
            }
            for (int series = 0; series <= batch.seriesCount; series++) {
                first[series] = series;
            }
            return;
        }
        first[0] = 0;
        for (int series = 0; series < batch.seriesCount; series++) {
            long count = in.varint("the samples of a series");
            if (count < 0 || count > batch.sampleCount - first[series]) {
                throw in.damaged("series " + series + " has " + Long.toUnsignedString(count) + " samples");
            }
            first[series + 1] = first[series] + (int) count;
        }
        if (first[batch.seriesCount] != batch.sampleCount) {
            throw in.damaged("series have " + first[batch.seriesCount] + " of " + batch.sampleCount + " samples");
        }
    }

    private void runs(long[] times) {
        long time = 0;
        for (int i = 0; i < batch.sampleCount; ) {
            long run = in.varint("times");
            long step = in.zigzag("times");
            if (run <= 0 || run > batch.sampleCount - i) {
                throw in.damaged(Long.toUnsignedString(run) + " times in a run");
            }
            for (int end = i + (int) run; i < end; i++) {
                time += step;
                times[i] = time;
            }
        }
    }

    private void values() {
        int count = batch.sampleCount;
        int lengthAt = in.skip((count + 1L) / 2, "the lengths of values");
        byte[] bytes = in.array();
        int at = in.at;
        // Eight bytes are read at a time: fingerprints follow, for a sample has a series.
        int last = at + in.remaining() - 8;
        for (int i = 0; i < count; i++) {
            int length = bytes[lengthAt + (i >>> 1)] >>> 4 * (i & 1) & 15;
            if (length > 8 || at > last) {
                throw in.damaged("the bytes of value " + i);
            }
            int away = 4 * (8 - length);
            batch.valueBits[i] = (long) LONG.get(bytes, at) << away << away;
            at += length;
        }
        in.at = at;
    }

    private void fingerprints() {
        byte[] bytes = in.array();
        int hi = in.skip(8L * batch.seriesCount, "fingerprints");
        int lo = in.skip(8L * batch.seriesCount, "fingerprints");
        for (int series = 0; series < batch.seriesCount; series++) {
            batch.fingerprintHi[series] = (long) LONG.get(bytes, hi + 8 * series);
            batch.fingerprintLo[series] = (long) LONG.get(bytes, lo + 8 * series);
        }
    }

    private void labels(boolean some, int labelBytes) {
        batch.labels = in.array();
        if (!some) {
            for (int series = 0; series < batch.seriesCount; series++) {
                batch.placement[series] = 0;
                batch.labelOffset[series] = 0;
                batch.labelLength[series] = 0;
            }
            return;
        }
        byte[] bytes = in.array();
        int bits = in.skip((batch.seriesCount + 7) / 8, "which series have labels");
        long sum = 0;
        for (int series = 0; series < batch.seriesCount; series++) {
            boolean has = (bytes[bits + (series >>> 3)] >>> (series & 7) & 1) != 0;
            batch.placement[series] = has ? in.halfWord("a placement") : 0;
            long length = has ? in.varint("the length of labels") : 0;
            if (length < 0 || length > labelBytes || (has && length == 0)) {
                throw in.damaged("series " + series + " has " + Long.toUnsignedString(length) + " bytes of labels");
            }
            batch.labelOffset[series] = (int) sum; // from the first; moved below
            batch.labelLength[series] = (int) length;
            sum += length;
            if (sum > labelBytes) {
                throw in.damaged("more than " + labelBytes + " bytes of labels");
            }
        }
        if (sum != labelBytes) {
            throw in.damaged(sum + " bytes of labels, expected " + labelBytes);
        }
        int from = in.skip(labelBytes, "labels");
        int after = in.at;
        for (int series = 0; series < batch.seriesCount; series++) {
            batch.labelOffset[series] += from;
            if (batch.labelLength[series] > 0) {
                walk(batch.labelOffset[series], batch.labelLength[series]);
            }
        }
        in.at = after;
    }

    /** Sees to it that the labels of a series are whole: whoever takes them trusts their lengths. */
    private void walk(int from, int length) {
        int end = from + length;
        in.at = from;
        while (in.at < end) {
            tag(FIELD_TAG);
            long pair = in.varint("the length of a label");
            long pairEnd = in.at + pair;
            if (pair < 0 || pairEnd > end) {
                throw in.damaged("a label is cut off");
            }
            tag(FIELD_TAG);
            in.skip(in.count("bytes of a label's name", 1), "a label's name");
            tag(VALUE_TAG);
            in.skip(in.count("bytes of a label's value", 1), "a label's value");
            if (in.at != pairEnd) {
                throw in.damaged("a label does not end where it should");
            }
        }
    }

    private void tag(byte expected) {
        if (in.next("a label") != expected) {
            throw in.damaged("a label lacks its tag");
        }
    }
}
