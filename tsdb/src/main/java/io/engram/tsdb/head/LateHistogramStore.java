package io.engram.tsdb.head;

import io.engram.model.histogram.Histogram;
import io.engram.tsdb.chunk.HistogramAppender;
import io.engram.tsdb.chunk.HistogramChunk;
import io.engram.tsdb.wal.CorruptRecord;
import io.engram.tsdb.wal.RecordBuffer;
import io.engram.tsdb.wal.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The late histograms of a stripe: those older than the newest sample of their series. As in {@link LateStore}, each series
 * has some in memory, sorted; when one more comes, those of the two-hour range that has most become sealed chunks, of which
 * the series keeps positions and times. The log has them among the other histograms.
 *
 * <pre>
 * checkpoint, for each series:  number 4, samples 4, chunks 4; then length 4 of all samples, time 8 and {@link
 *                               HistogramRecords} of each; position 8, first 8 and last sample 8 of each chunk
 * </pre>
 */
final class LateHistogramStore implements SideStore {
    private final TenantHead head;
    private final Stripe lane;
    private final SeriesObjects<LateHistograms> all = new SeriesObjects<>();
    private final HistogramAppender appender = new HistogramAppender();
    private final CRC32C crc = new CRC32C();
    private long lateBytes;

    LateHistogramStore(TenantHead head, Stripe lane) {
        this.head = head;
        this.lane = lane;
    }

    @Override
    public SideKind kind() {
        return SideKind.LATE_HISTOGRAMS;
    }

    /**
     * Adds a histogram at a time at which the series has no sample. False where the series has as many late chunks as may
     * be.
     *
     * @throws io.engram.model.failure.Failure where a chunk must be sealed and cannot be written; nothing has changed then
     */
    boolean add(int series, long fingerprintLo, long timeMs, Histogram h) {
        LateHistograms late = all.get(series);
        long before = late == null ? 0 : late.bytes();
        if (late == null) {
            late = new LateHistograms();
            all.put(series, late);
        } else if (late.samples == LateHistograms.MAX_SAMPLES) {
            if (late.chunks + LateHistograms.MAX_SAMPLES > LateHistograms.MAX_CHUNKS) {
                return false;
            }
            sealFullest(late, series, fingerprintLo);
        }
        late.insert(timeMs, h);
        charge(late.bytes() - before);
        return true;
    }

    private void charge(long bytes) {
        lateBytes += bytes;
        head.memory().histogramBytes().add(bytes);
    }

    /** Whether the series has a late histogram at {@code timeMs}; it is with {@code history} then. */
    boolean find(int series, long timeMs, SampleHistory history) {
        LateHistograms late = all.get(series);
        if (late == null) {
            return false;
        }
        int i = late.find(timeMs);
        if (i >= 0) {
            history.found(HistogramStore.VALUE, late.value[i]);
            return true;
        }
        for (int c = late.chunks - 1; c >= 0; c--) {
            if (late.minMs[c] <= timeMs
                    && timeMs <= late.maxMs[c]
                    && history.findSealed(head.chunks(), late.position[c], timeMs)) {
                return true;
            }
        }
        return false;
    }

    private void sealFullest(LateHistograms late, int series, long fingerprintLo) {
        int from = 0;
        int to = 0;
        for (int start = 0; start < late.samples; ) {
            int end = late.rangeEnd(start);
            if (end - start > to - from) {
                from = start;
                to = end;
            }
            start = end;
        }
        List<HistogramChunk> chunks = encode(late, from, to);
        long[] positions = new long[chunks.size()];
        for (int c = 0; c < positions.length; c++) {
            positions[c] = writeOut(chunks.get(c), series, fingerprintLo);
        }
        for (int c = 0; c < positions.length; c++) {
            late.addChunk(positions[c], chunks.get(c).firstMs(), chunks.get(c).lastMs());
        }
        late.remove(from, to);
        lane.sealedChunks += positions.length;
    }

    /** One chunk, or more where histograms do not fit into one. */
    private List<HistogramChunk> encode(LateHistograms late, int from, int to) {
        List<HistogramChunk> chunks = new ArrayList<>();
        HistogramChunk chunk = null;
        for (int i = from; i < to; i++) {
            if (chunk == null
                    || chunk.byteLength() >= OpenHistogram.LARGEST_BYTES
                    || !appender.append(chunk, late.timeMs[i], late.value[i])) {
                chunk = new HistogramChunk();
                appender.begin(chunk, late.timeMs[i], late.value[i]);
                chunks.add(chunk);
            }
        }
        return chunks;
    }

    /** Late chunks name none before them: their series keeps a list. */
    private long writeOut(HistogramChunk chunk, int series, long fingerprintLo) {
        byte[] frame = new byte[ChunkFrame.HEADER_BYTES + chunk.byteLength()];
        int length = chunk.copy(frame, ChunkFrame.HEADER_BYTES);
        int frameLength = ChunkFrame.finish(
                frame, length, chunk.encoding(), series, chunk.firstMs(), chunk.lastMs(), 0, fingerprintLo, crc);
        return head.chunks().append(frame, frameLength, chunk.firstMs(), chunk.lastMs());
    }

    @Override
    public void addChunks(int series, SideChunks to) {
        LateHistograms late = all.get(series);
        if (late == null) {
            return;
        }
        for (int c = 0; c < late.chunks; c++) {
            to.addSealed(late.position[c], late.minMs[c], late.maxMs[c]);
        }
        for (int start = 0; start < late.samples; ) {
            int end = late.rangeEnd(start);
            if (late.timeMs[start] <= to.toMs && late.timeMs[end - 1] >= to.fromMs) {
                for (HistogramChunk chunk : encode(late, start, end)) {
                    to.add(chunk.encoding(), chunk.firstMs(), chunk.lastMs(), chunk.bytes(), 0, chunk.byteLength());
                }
            }
            start = end;
        }
    }

    @Override
    public void addTimes(int series, SideTimes to) {
        LateHistograms late = all.get(series);
        if (late == null) {
            return;
        }
        for (int c = 0; c < late.chunks; c++) {
            to.add(late.minMs[c], late.maxMs[c]);
        }
        for (int start = 0; start < late.samples; ) {
            int end = late.rangeEnd(start);
            to.add(late.timeMs[start], late.timeMs[end - 1]);
            start = end;
        }
    }

    @Override
    public void seal(int series, long fingerprintLo) {
        LateHistograms late = all.get(series);
        if (late == null) {
            return;
        }
        long before = late.bytes();
        try {
            while (late.samples > 0 && late.chunks + LateHistograms.MAX_SAMPLES <= LateHistograms.MAX_CHUNKS) {
                sealFullest(late, series, fingerprintLo);
            }
        } finally {
            charge(late.bytes() - before);
        }
    }

    @Override
    public void truncate(long cutMs) {
        List<Integer> empty = new ArrayList<>();
        all.forEach((late, series) -> {
            long before = late.bytes();
            late.truncate(cutMs);
            charge(late.bytes() - before);
            if (late.samples == 0 && late.chunks == 0) {
                empty.add(series);
            }
        });
        empty.forEach(this::remove);
    }

    @Override
    public void remove(int series) {
        LateHistograms gone = all.remove(series);
        if (gone != null) {
            charge(-gone.bytes());
        }
    }

    @Override
    public void write(SectionPages to) {
        RecordBuffer samples = new RecordBuffer(1 << 12);
        all.forEach((late, series) -> {
            samples.clear();
            for (int i = 0; i < late.samples; i++) {
                samples.putLong(late.timeMs[i]);
                HistogramRecords.write(samples, late.value[i]);
            }
            ByteBuffer entry = to.room(16 + samples.length() + 24 * late.chunks);
            entry.putInt(series).putInt(late.samples).putInt(late.chunks);
            entry.putInt(samples.length()).put(samples.bytes(), 0, samples.length());
            for (int c = 0; c < late.chunks; c++) {
                entry.putLong(late.position[c]).putLong(late.minMs[c]).putLong(late.maxMs[c]);
            }
        });
    }

    @Override
    public void read(ByteBuffer section, int version, RecoveredSeries series) throws IOException {
        RecordCursor cursor = new RecordCursor();
        while (section.hasRemaining()) {
            int number = section.getInt();
            int samples = section.getInt();
            int chunks = section.getInt();
            int length = section.getInt();
            LateHistograms late = new LateHistograms();
            cursor.reset(section.array(), section.position(), length);
            try {
                for (int i = 0; i < samples; i++) {
                    long timeMs = cursor.readLong("a histogram's time");
                    late.insert(timeMs, HistogramRecords.read(cursor));
                }
            } catch (CorruptRecord e) {
                throw new IOException("the late histograms of series " + number + " cannot be read", e);
            }
            section.position(section.position() + length);
            for (int c = 0; c < chunks; c++) {
                late.addChunk(section.getLong(), section.getLong(), section.getLong());
            }
            if (series.find(number, lane.number)) {
                all.put(number, late);
                charge(late.bytes());
                series.mark(SideKind.LATE_HISTOGRAMS);
            }
        }
    }

    /** Late histograms stand among the others in the log. */
    @Override
    public void replay(RecordCursor payload, RecoveredSeries series) throws CorruptRecord {
        throw payload.corrupt("no record of late histograms", "one");
    }

    @Override
    public long bytes() {
        return all.bytes() + lateBytes;
    }
}
