package io.engram.tsdb.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Reads the records of one segment in their order, past damage.
 *
 * <p>At a fragment that does not verify: forget the record begun, then try each later byte of the page, and each page
 * that follows, for a fragment that begins a record and verifies at that place. So damage costs the records it touches,
 * and no more. What is skipped is reported as one stretch. Zeros behind the last record are no damage: the writer makes
 * room there.
 */
final class SegmentReader implements AutoCloseable {
    /** Some pages at a time: large enough for the disk, small enough for the cache of the core. */
    private static final int CHUNK_BYTES = 16 * SegmentFormat.PAGE_BYTES;

    private final LogSource source;
    private final long ordinal;
    private final long endOffset;
    private final Consumer<LogDamage> onDamage;
    private final CRC32C crc = new CRC32C();
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private final ByteBuffer view = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    private long chunkOffset = -1; // in the file; a multiple of the chunk's size
    private int chunkLength;

    private long offset = SegmentFormat.HEADER_BYTES; // of the next fragment, in the file
    private long damagedFrom = -1; // begin of the stretch being skipped
    private boolean blank; // all of the stretch is zeros, behind a whole record
    private String expected = "";
    private String found = "";

    private final RecordBuffer joined = new RecordBuffer(2 * SegmentFormat.PAGE_BYTES);
    private long recordStart = -1; // of the record being joined, -1 while none is

    private long position;
    private boolean prologue;
    private byte[] bytes = chunk;
    private int from;
    private int length;

    SegmentReader(LogSource source, long ordinal, Consumer<LogDamage> onDamage) throws IOException {
        this.source = source;
        this.ordinal = ordinal;
        this.onDamage = onDamage;
        endOffset = source.sizeBytes();
        Optional<SegmentFormat.Header> header = SegmentFormat.Header.read(source);
        if (endOffset >= SegmentFormat.HEADER_BYTES
                && header.filter(h -> h.ordinal() == ordinal).isEmpty()) {
            onDamage.accept(new LogDamage(
                    ordinal,
                    0,
                    SegmentFormat.HEADER_BYTES,
                    false,
                    "the header of segment " + ordinal,
                    header.isPresent() ? "that of segment " + header.get().ordinal() : "other bytes"));
        }
    }

    long position() {
        return position;
    }

    boolean prologue() {
        return prologue;
    }

    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int length() {
        return length;
    }

    /** Bytes of the file that are behind us. */
    long offset() {
        return Math.min(offset, endOffset);
    }

    /** Goes to the next record; its bytes are valid until the next call. Returns false at the end. */
    boolean next() {
        while (true) {
            int room = SegmentFormat.PAGE_BYTES - (int) (offset % SegmentFormat.PAGE_BYTES);
            if (recordStart < 0 && room < SegmentFormat.RECORD_START_BYTES) {
                offset += room;
                continue;
            }
            if (offset >= endOffset) {
                end();
                return false;
            }
            if (!load()) {
                continue;
            }
            if (verify(offset)) {
                if (take()) {
                    return true;
                }
            } else {
                skipDamage();
            }
        }
    }

    /** Makes the chunk hold the page of {@link #offset}; where the disk refuses, skips the chunk and returns false. */
    private boolean load() {
        long wanted = offset - offset % CHUNK_BYTES;
        if (wanted == chunkOffset) {
            return true;
        }
        try {
            chunkLength = source.read(ByteBuffer.wrap(chunk), wanted);
            chunkOffset = wanted;
            return true;
        } catch (IOException e) {
            damage(recordStart < 0 ? offset : recordStart, "readable bytes", e.toString());
            recordStart = -1;
            chunkOffset = -1;
            offset = wanted + CHUNK_BYTES;
            return false;
        }
    }

    /** Whether an intact fragment stands at {@code at}, which is in the chunk. */
    private boolean verify(long at) {
        int index = (int) (at - chunkOffset);
        int pageEnd = Math.min(chunkLength, index - index % SegmentFormat.PAGE_BYTES + SegmentFormat.PAGE_BYTES);
        if (pageEnd - index < SegmentFormat.FRAGMENT_BYTES) {
            return false;
        }
        int payload = view.getShort(index + 4) & 0xffff;
        int kind = chunk[index + 6] & ~SegmentFormat.PROLOGUE;
        if (kind < SegmentFormat.WHOLE
                || kind > SegmentFormat.LAST
                || payload > pageEnd - index - SegmentFormat.FRAGMENT_BYTES
                || (kind <= SegmentFormat.FIRST && payload < SegmentFormat.POSITION_BYTES)) {
            return false;
        }
        crc.reset();
        crc.update(chunk, index + 4, payload + SegmentFormat.FRAGMENT_BYTES - 4);
        return view.getInt(index) == ((int) crc.getValue() ^ SegmentFormat.place(ordinal, at));
    }

    /** Takes the intact fragment at {@link #offset}; returns whether it completes a record. */
    private boolean take() {
        int index = (int) (offset - chunkOffset);
        int payload = view.getShort(index + 4) & 0xffff;
        int kind = chunk[index + 6] & ~SegmentFormat.PROLOGUE;
        long start = offset;
        boolean begins = kind <= SegmentFormat.FIRST;
        if (begins == (recordStart >= 0)) {
            // A record begins inside another, or goes on without having begun.
            damage(recordStart >= 0 ? recordStart : start, "the other parts of a record", "fragment kind " + kind);
            recordStart = -1;
        }
        offset += SegmentFormat.FRAGMENT_BYTES + payload;
        index += SegmentFormat.FRAGMENT_BYTES;
        if (begins) {
            settleDamage(start, false);
            position = view.getLong(index);
            prologue = (chunk[index - 1] & SegmentFormat.PROLOGUE) != 0;
            index += SegmentFormat.POSITION_BYTES;
            payload -= SegmentFormat.POSITION_BYTES;
            if (kind == SegmentFormat.WHOLE) {
                hand(chunk, index, payload);
                return true;
            }
            recordStart = start;
            joined.clear();
            joined.put(chunk, index, payload);
            return false;
        }
        if (recordStart < 0) {
            return false; // the rest of a record whose begin is lost: part of the damage
        }
        joined.put(chunk, index, payload);
        if (kind == SegmentFormat.MIDDLE) {
            return false;
        }
        recordStart = -1;
        hand(joined.bytes, 0, joined.length);
        return true;
    }

    private void hand(byte[] array, int start, int count) {
        bytes = array;
        from = start;
        length = count;
    }

    /** From a fragment that does not verify to the next place in the page, or the next page, where one might. */
    private void skipDamage() {
        int index = (int) (offset - chunkOffset);
        int pageEnd = index - index % SegmentFormat.PAGE_BYTES + SegmentFormat.PAGE_BYTES;
        boolean zeros = zeros(index, Math.min(pageEnd, chunkLength));
        boolean stillBlank = zeros && recordStart < 0 && (blank || damagedFrom < 0);
        damage(recordStart < 0 ? offset : recordStart, "an intact fragment", describe(index));
        blank = stillBlank;
        recordStart = -1;
        if (zeros) {
            offset = chunkOffset + pageEnd;
            return;
        }
        int last = Math.min(pageEnd, chunkLength) - SegmentFormat.RECORD_START_BYTES;
        for (int at = index + 1; at <= last; at++) {
            int kind = chunk[at + 6] & ~SegmentFormat.PROLOGUE;
            if ((kind == SegmentFormat.WHOLE || kind == SegmentFormat.FIRST) && verify(chunkOffset + at)) {
                offset = chunkOffset + at;
                return;
            }
        }
        offset = chunkOffset + pageEnd;
    }

    private String describe(int index) {
        int count = Math.min(16, chunkLength - index);
        return "bytes " + HexFormat.of().formatHex(Arrays.copyOfRange(chunk, index, index + count));
    }

    private boolean zeros(int start, int end) {
        for (int at = start; at < end; at++) {
            if (chunk[at] != 0) {
                return false;
            }
        }
        return true;
    }

    private void damage(long start, String shouldBe, String is) {
        blank = false;
        if (damagedFrom < 0) {
            damagedFrom = start;
            expected = shouldBe;
            found = is;
        }
    }

    private void settleDamage(long until, boolean atEnd) {
        if (damagedFrom >= 0) {
            onDamage.accept(new LogDamage(ordinal, damagedFrom, until - damagedFrom, atEnd, expected, found));
            damagedFrom = -1;
        }
    }

    private void end() {
        if (recordStart >= 0) {
            damage(recordStart, "the rest of a record", "the end of the segment");
            recordStart = -1;
        }
        if (blank) {
            damagedFrom = -1; // room that was not used
        }
        settleDamage(endOffset, true);
        offset = endOffset;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
