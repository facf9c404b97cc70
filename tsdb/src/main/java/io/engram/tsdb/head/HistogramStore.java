package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_LO;

import io.engram.model.histogram.Histogram;
import io.engram.model.read.ChunkBatch;
import io.engram.tsdb.chunk.CorruptChunk;
import io.engram.tsdb.chunk.HistogramAppender;
import io.engram.tsdb.chunk.HistogramChunk;
import io.engram.tsdb.slab.RecordSlab;
import io.engram.tsdb.wal.CorruptRecord;
import io.engram.tsdb.wal.RecordBuffer;
import io.engram.tsdb.wal.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The open histogram chunks of a stripe. A series may change between floats and histograms: of its open float chunk and its
 * open histogram chunk only one exists, and sealed chunks of both kinds are in one chain, in the order of time. The record
 * has the time of the last sample of either kind; {@link #VALUE} stands for the value of a histogram.
 *
 * <pre>
 * checkpoint, for each series:  number 4, end of the chunk's cell 8, encoding 1, length 4, chunk
 * log, for each histogram:      series varint, time zigzag, that time less the start zigzag, {@link HistogramRecords}
 * </pre>
 */
final class HistogramStore implements SideStore {
    /** What a record has for the value where the last sample is a histogram: a NaN that no sender has. */
    static final long VALUE = 0x7ff0_6869_7374_6f67L;

    private final TenantHead head;
    private final Stripe lane;
    private final SeriesObjects<OpenHistogram> open = new SeriesObjects<>();
    private final HistogramAppender appender = new HistogramAppender();
    private final ChunkSealer sealer = new ChunkSealer();
    private final CRC32C crc = new CRC32C();
    private long chunkBytes;

    HistogramStore(TenantHead head, Stripe lane) {
        this.head = head;
        this.lane = lane;
    }

    @Override
    public SideKind kind() {
        return SideKind.HISTOGRAMS;
    }

    /**
     * Adds a histogram that is newer than all samples of its series.
     *
     * @param record the series' record, which is changed
     * @throws io.engram.model.failure.Failure where a chunk must be sealed and cannot be written; no sample has been added
     *     then
     */
    void append(int series, long fingerprintLo, OpenChunk record, long timeMs, Histogram h) {
        if (record.count() > 0) {
            sealer.sealCell(head, record, series, fingerprintLo);
            lane.sealedChunks++;
            lane.openChunks--;
        }
        OpenHistogram at = open.get(series);
        if (at == null) {
            at = new OpenHistogram(new HistogramChunk());
            appender.begin(at.chunk, timeMs, h);
            at.begun();
            charge(at.chunk.memoryBytes());
            open.put(series, at);
            record.mark(SideKind.HISTOGRAMS);
            lane.openChunks++;
        } else {
            long before = at.chunk.memoryBytes();
            goOn(at, series, fingerprintLo, record, timeMs, h);
            charge(at.chunk.memoryBytes() - before);
        }
        record.passTo(timeMs, VALUE);
    }

    private void goOn(OpenHistogram at, int series, long fingerprintLo, OpenChunk record, long timeMs, Histogram h) {
        boolean early = head.memory().pressure().tight() && at.chunk.count() >= EarlySeal.SAMPLES_WORTH_SEALING;
        if (!early && !at.endsBefore(timeMs)) {
            long lastMs = at.chunk.lastMs();
            int count = at.chunk.count();
            if (appender.append(at.chunk, timeMs, h)) {
                at.appended(count, lastMs);
                return;
            }
        }
        writeOut(at.chunk, series, fingerprintLo, record);
        appender.follow(at.chunk, timeMs, h);
        at.begun();
    }

    private void charge(long bytes) {
        chunkBytes += bytes;
        head.memory().histogramBytes().add(bytes);
    }

    /** Seals the open chunk of a series: floats follow, or nothing does. */
    void end(int series, long fingerprintLo, OpenChunk record) {
        OpenHistogram at = open.get(series);
        if (at != null) {
            writeOut(at.chunk, series, fingerprintLo, record);
            forget(series);
        }
        record.unmark(SideKind.HISTOGRAMS);
    }

    private void writeOut(HistogramChunk chunk, int series, long fingerprintLo, OpenChunk record) {
        byte[] frame = new byte[ChunkFrame.HEADER_BYTES + chunk.byteLength()];
        int length = chunk.copy(frame, ChunkFrame.HEADER_BYTES);
        long previous = head.chunks().position(record.sealed());
        int frameLength = ChunkFrame.finish(
                frame, length, chunk.encoding(), series, chunk.firstMs(), chunk.lastMs(), previous, fingerprintLo, crc);
        record.restart(head.chunks().append(frame, frameLength, chunk.firstMs(), chunk.lastMs()), false);
        lane.sealedChunks++;
    }

    private void forget(int series) {
        OpenHistogram gone = open.remove(series);
        if (gone != null) {
            charge(-gone.chunk.memoryBytes());
            lane.openChunks--;
        }
    }

    /** Whether the open chunk has a histogram at {@code timeMs}; it is with {@code history} then. */
    boolean find(int series, long timeMs, SampleHistory history) {
        OpenHistogram at = open.get(series);
        if (at == null || timeMs < at.chunk.firstMs() || timeMs > at.chunk.lastMs()) {
            return false;
        }
        if (timeMs == at.chunk.lastMs()) {
            history.found(VALUE, at.chunk.last());
            return true;
        }
        return history.findIn(at.chunk, timeMs);
    }

    @Override
    public void addChunks(int series, SideChunks to) {
        OpenHistogram at = open.get(series);
        if (at != null) {
            HistogramChunk chunk = at.chunk;
            to.add(chunk.encoding(), chunk.firstMs(), chunk.lastMs(), chunk.bytes(), 0, chunk.byteLength());
        }
    }

    @Override
    public void addTimes(int series, SideTimes to) {
        OpenHistogram at = open.get(series);
        if (at != null) {
            to.add(at.chunk.firstMs(), at.chunk.lastMs());
        }
    }

    @Override
    public void seal(int series, long fingerprintLo) {
        if (open.get(series) != null) {
            int extent = head.records().extent(series);
            long[] page = head.records().page(extent);
            int at = RecordSlab.offset(extent, series);
            OpenChunk record = new OpenChunk(head.memory().blocks());
            record.load(page, at, lane.number);
            end(series, page[at + FINGERPRINT_LO], record);
            record.store(page, at);
        }
    }

    /** Open chunks go with their series. */
    @Override
    public void truncate(long cutMs) {}

    @Override
    public void remove(int series) {
        forget(series);
    }

    @Override
    public void write(SectionPages to) {
        open.forEach((at, series) -> {
            int length = at.chunk.byteLength();
            ByteBuffer entry = to.room(17 + length);
            entry.putInt(series).putLong(at.endMs()).put(at.chunk.encoding()).putInt(length);
            entry.put(at.chunk.bytes(), 0, length);
        });
    }

    @Override
    public void read(ByteBuffer section, int version, RecoveredSeries series) throws IOException {
        while (section.hasRemaining()) {
            int number = section.getInt();
            long endMs = section.getLong();
            byte encoding = section.get();
            byte[] bytes = new byte[section.getInt() + ChunkBatch.SLACK];
            int length = bytes.length - ChunkBatch.SLACK;
            section.get(bytes, 0, length);
            if (!series.find(number, lane.number)) {
                continue;
            }
            try {
                OpenHistogram at = new OpenHistogram(HistogramChunk.resume(encoding, bytes, 0, length), endMs);
                open.put(number, at);
                charge(at.chunk.memoryBytes());
                lane.openChunks++;
                series.mark(SideKind.HISTOGRAMS);
            } catch (CorruptChunk e) {
                throw new IOException("the open histogram chunk of series " + number + " cannot be read", e);
            }
        }
    }

    static void log(RecordBuffer to, int series, long timeMs, long startMs, Histogram h) {
        to.putVarint(series);
        to.putZigzag(timeMs);
        to.putZigzag(startMs == 0 ? 0 : timeMs - startMs); // may wrap around, and wraps back
        HistogramRecords.write(to, h);
    }

    @Override
    public void replay(RecordCursor payload, RecoveredSeries series) throws CorruptRecord {
        OpenChunk record = new OpenChunk(head.memory().blocks());
        long newestMs = Long.MIN_VALUE;
        long oldestMs = Long.MAX_VALUE;
        while (payload.remaining() > 0) {
            int number = payload.readCount(Integer.MAX_VALUE, "a series number");
            long timeMs = payload.readZigzag("a histogram's time");
            long sinceStartMs = payload.readZigzag("the time since the start");
            Histogram h = HistogramRecords.read(payload);
            if (!series.find(number, lane.number)) {
                continue;
            }
            record.load(series.page(), series.at(), lane.number);
            long lastMs = record.lastMs();
            if (appendAgain(number, series.fingerprintLo(), record, timeMs, h)) {
                if (record.replica() != ReplicaNumbers.NONE) {
                    lane.side.activity(head).count(record.replica(), timeMs, lastMs);
                }
                record.store(series.page(), series.at());
                newestMs = Math.max(newestMs, timeMs);
                oldestMs = Math.min(oldestMs, timeMs);
                lane.noteStored(timeMs, head.blocks().endMs());
            }
            if (sinceStartMs != 0) {
                lane.side.starts(head).note(number, series.page(), series.at(), timeMs, timeMs - sinceStartMs);
            }
        }
        lane.blocks += record.blocksTaken;
        head.noteTimes(oldestMs, newestMs);
    }

    /** Without judging: one of the past is late, and where a sample is there already that stays. */
    private boolean appendAgain(int series, long fingerprintLo, OpenChunk record, long timeMs, Histogram h) {
        if (timeMs > record.lastMs()) {
            append(series, fingerprintLo, record, timeMs, h);
            return true;
        }
        if (timeMs < record.lastMs()
                && !new SampleHistory().findAnywhere(head, lane, series, record, timeMs)
                && lane.side.lateHistograms(head).add(series, fingerprintLo, timeMs, h)) {
            record.mark(SideKind.LATE_HISTOGRAMS);
            return true;
        }
        return false;
    }

    @Override
    public long bytes() {
        return open.bytes() + chunkBytes;
    }
}
