package io.engram.tsdb.head;

import io.engram.model.read.ChunkEncoding;
import io.engram.tsdb.chunk.XorEncoder;
import io.engram.tsdb.wal.CorruptRecord;
import io.engram.tsdb.wal.RecordCursor;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The late samples of a stripe: those older than the newest of their series. Each series has up to 64 of them in a slot,
 * sorted ({@link LateSlot}), or 8 where many series have some; when one more comes, those of the two-hour range that has most become a sealed chunk, of
 * which the series keeps position and times. Chunks may overlap each other and those in order; of one time there is one
 * sample in all of them.
 *
 * <p>The log has late samples among the others, in the order in which they came: whoever replays it knows by its times
 * which were late.
 *
 * <pre>
 * checkpoint, for each series:  number 4, samples 4, chunks 4; then time 8 and value bits 8 of each sample;
 *                               position 8, first 8 and last sample 8 of each chunk
 * </pre>
 */
final class LateStore implements SideStore {
    /** An idle series keeps fewer than these in memory; fewer would make chunks that are mostly header. */
    private static final int WORTH_SEALING = 32;

    /** Memory for a stripe's late samples, 64 MiB for a tenant: where it is used up, a series has a few at hand only. */
    private static final long AMPLE_BYTES = 4 << 20;

    private static final int SAMPLES_WHEN_SCARCE = 8;

    private final TenantHead head;
    private final Stripe lane;
    private final SeriesSlots slots;
    private final LateSlot slot;
    private final long ampleBytes;
    private final XorEncoder encoder = new XorEncoder();
    private final CRC32C crc = new CRC32C();

    LateStore(TenantHead head, Stripe lane) {
        this(head, lane, AMPLE_BYTES);
    }

    /** @param ampleBytes beyond so much memory, series keep fewer samples at hand */
    LateStore(TenantHead head, Stripe lane, long ampleBytes) {
        this.ampleBytes = ampleBytes;
        this.head = head;
        this.lane = lane;
        this.slots = new SeriesSlots(head.memory().bytes());
        this.slot = new LateSlot(slots);
    }

    @Override
    public SideKind kind() {
        return SideKind.LATE;
    }

    /**
     * Adds a sample at a time at which the series has none. False where the series has as many late chunks as may be,
     * {@link LateSlot#MAX_CHUNKS}.
     *
     * @throws io.engram.model.failure.Failure where a chunk must be sealed and cannot be written; nothing has changed then
     */
    boolean add(int series, long fingerprintLo, long timeMs, long valueBits) {
        if (!slot.open(series)) {
            slot.create(series);
        } else if (slot.samples() >= mostSamples()) {
            if (slot.chunks() == LateSlot.MAX_CHUNKS) {
                return false;
            }
            makeRoom(series, fingerprintLo);
        }
        slot.insert(timeMs, valueBits);
        return true;
    }

    private int mostSamples() {
        return slots.bytes() > ampleBytes ? SAMPLES_WHEN_SCARCE : LateSlot.MAX_SAMPLES;
    }

    private void makeRoom(int series, long fingerprintLo) {
        sealFullest(series, fingerprintLo);
        if (slots.bytes() > ampleBytes) {
            while (slot.samples() >= SAMPLES_WHEN_SCARCE && slot.chunks() < LateSlot.MAX_CHUNKS) {
                sealFullest(series, fingerprintLo);
            }
            slot.shrink();
        }
    }

    /** Whether the series has a late sample at {@code timeMs}; its value is with {@code history} then. */
    boolean find(int series, long timeMs, SampleHistory history) {
        if (!slot.open(series)) {
            return false;
        }
        int i = slot.find(timeMs);
        if (i >= 0) {
            history.found(slot.valueBits(i));
            return true;
        }
        for (int c = slot.chunks() - 1; c >= 0; c--) {
            if (slot.chunkMinMs(c) <= timeMs
                    && timeMs <= slot.chunkMaxMs(c)
                    && history.findSealed(head.chunks(), slot.chunkPosition(c), timeMs)) {
                return true;
            }
        }
        return false;
    }

    private void sealFullest(int series, long fingerprintLo) {
        int from = 0;
        int length = 0;
        for (int start = 0; start < slot.samples(); ) {
            int end = rangeEnd(start);
            if (end - start > length) {
                from = start;
                length = end - start;
            }
            start = end;
        }
        long minMs = slot.timeMs(from);
        long maxMs = slot.timeMs(from + length - 1);
        encode(from, from + length);
        long position = seal(series, fingerprintLo, encoder.toByteArray(), minMs, maxMs);
        slot.replaceByChunk(from, length, position, minMs, maxMs);
        lane.sealedChunks++;
    }

    /** Late chunks name none before them: their series keeps a list. */
    private long seal(int series, long fingerprintLo, byte[] chunk, long minMs, long maxMs) {
        byte[] frame = new byte[ChunkFrame.HEADER_BYTES + chunk.length];
        System.arraycopy(chunk, 0, frame, ChunkFrame.HEADER_BYTES, chunk.length);
        int length =
                ChunkFrame.finish(frame, chunk.length, ChunkEncoding.XOR, series, minMs, maxMs, 0, fingerprintLo, crc);
        return head.chunks().append(frame, length, minMs, maxMs);
    }

    /** Behind the last sample that lies in the same two hours as sample {@code start}: chunks do not cross them. */
    private int rangeEnd(int start) {
        long endMs = ChunkGrid.untilEndMs(slot.timeMs(start), ChunkGrid.RANGE_MS) + slot.timeMs(start);
        int end = start + 1;
        while (end < slot.samples() && slot.timeMs(end) < endMs) {
            end++;
        }
        return end;
    }

    private void encode(int from, int to) {
        encoder.reset();
        for (int i = from; i < to; i++) {
            encoder.append(slot.timeMs(i), slot.valueBits(i));
        }
    }

    @Override
    public void addChunks(int series, SideChunks to) {
        if (!slot.open(series)) {
            return;
        }
        for (int c = 0; c < slot.chunks(); c++) {
            to.addSealed(slot.chunkPosition(c), slot.chunkMinMs(c), slot.chunkMaxMs(c));
        }
        for (int start = 0; start < slot.samples(); ) {
            int end = rangeEnd(start);
            long minMs = slot.timeMs(start);
            long maxMs = slot.timeMs(end - 1);
            if (minMs <= to.toMs && maxMs >= to.fromMs) {
                encode(start, end);
                byte[] chunk = encoder.toByteArray();
                to.add(ChunkEncoding.XOR, minMs, maxMs, chunk, 0, chunk.length);
            }
            start = end;
        }
    }

    @Override
    public void addTimes(int series, SideTimes to) {
        if (!slot.open(series)) {
            return;
        }
        for (int c = 0; c < slot.chunks(); c++) {
            to.add(slot.chunkMinMs(c), slot.chunkMaxMs(c));
        }
        for (int start = 0; start < slot.samples(); ) {
            int end = rangeEnd(start);
            to.add(slot.timeMs(start), slot.timeMs(end - 1));
            start = end;
        }
    }

    @Override
    public void seal(int series, long fingerprintLo) {
        while (slot.open(series) && slot.samples() >= WORTH_SEALING && slot.chunks() < LateSlot.MAX_CHUNKS) {
            sealFullest(series, fingerprintLo);
        }
    }

    @Override
    public void truncate(long cutMs) {
        for (int series : slots.series()) {
            if (slot.open(series)) {
                slot.truncate(cutMs);
                if (slot.samples() == 0 && slot.chunks() == 0) {
                    slot.remove();
                }
            }
        }
    }

    @Override
    public void remove(int series) {
        if (slot.open(series)) {
            slot.remove();
        }
    }

    @Override
    public void write(SectionPages to) {
        for (int place = 0; place < slots.placeCount(); place++) {
            int series = slots.seriesAt(place);
            if (series >= 0 && slot.open(series)) {
                ByteBuffer entry = to.room(12 + 16 * slot.samples() + 24 * slot.chunks());
                entry.putInt(series).putInt(slot.samples()).putInt(slot.chunks());
                for (int i = 0; i < slot.samples(); i++) {
                    entry.putLong(slot.timeMs(i)).putLong(slot.valueBits(i));
                }
                for (int c = 0; c < slot.chunks(); c++) {
                    entry.putLong(slot.chunkPosition(c));
                    entry.putLong(slot.chunkMinMs(c)).putLong(slot.chunkMaxMs(c));
                }
            }
        }
    }

    @Override
    public void read(ByteBuffer section, int version, RecoveredSeries series) {
        while (section.hasRemaining()) {
            int number = section.getInt();
            int samples = section.getInt();
            int chunks = section.getInt();
            if (!series.find(number, lane.number)) {
                section.position(section.position() + 16 * samples + 24 * chunks);
                continue;
            }
            slot.create(number);
            series.mark(SideKind.LATE);
            for (int i = 0; i < samples; i++) {
                slot.insert(section.getLong(), section.getLong());
            }
            for (int c = 0; c < chunks; c++) {
                slot.addChunk(section.getLong(), section.getLong(), section.getLong());
            }
        }
    }

    /** Late samples stand among the others in the log. */
    @Override
    public void replay(RecordCursor payload, RecoveredSeries series) throws CorruptRecord {
        throw payload.corrupt("no record of late samples", "one");
    }

    @Override
    public long bytes() {
        return slots.bytes();
    }
}
