package io.engram.tsdb.head;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sealed chunks of one tenant, in files that are only appended to. A chunk is named by its <em>position</em>: the
 * file's number in the upper bits, the offset in the lower 26. Positions rise; each chunk names the one before it of the
 * same series ({@link ChunkFrame}), so that a series needs no list in memory, and the chain simply ends where a file has
 * been deleted.
 *
 * <p>Chunks collect in a buffer; {@link #view} brings them into the file before somebody reads. Nothing is synced but by
 * {@link #sync}, before a checkpoint refers to it: what a crash loses, the log brings back.
 *
 * <p>Thread-safe.
 */
final class HeadChunks {
    private static final Logger LOG = LoggerFactory.getLogger(HeadChunks.class);

    static final int OFFSET_BITS = 26;
    /** Bytes that a file holds at most; it is sparse until they are written. */
    static final int SEGMENT_BYTES = 1 << OFFSET_BITS;

    private static final int SMALLEST_BUFFER = 1 << 10;
    private static final int LARGEST_BUFFER = 1 << 18;
    /** Bytes of chunks that wait while the disk refuses; beyond, batches are refused. */
    private static final int MOST_WAITING = 1 << 22;

    /** A new file begins where the newest one spans this much: a file is deleted when its newest chunk may go. */
    private static final long SEGMENT_SPAN_MS = 24 * 3_600_000L;

    private final Path dir;
    private final LongAdder damaged = new LongAdder();

    private ChunkSegment[] segments = {}; // guarded by this; ascending without gaps; replaced, never changed
    private byte[] buffer = {}; // guarded by this
    private int buffered; // guarded by this
    private boolean failing; // guarded by this: the last write failed and was logged
    private long nextNumber = 1; // guarded by this

    /** Position behind the last chunk; written under this. */
    private volatile long end;
    /** Position of the first byte that is only in the buffer; equals end where there is none. */
    private long writtenTo; // guarded by this

    private boolean sealNewest; // guarded by this: the next chunk begins a file
    private ChunkView view; // guarded by this: shared by readers until something changes

    HeadChunks(Path dir) {
        this.dir = dir;
    }

    /**
     * Opens what a checkpoint refers to and removes the rest: files, and chunks behind its end, will be written anew by
     * replaying the log.
     */
    static HeadChunks open(Path dir, Extent checkpoint) throws IOException {
        HeadChunks chunks = new HeadChunks(dir);
        chunks.recover(checkpoint);
        return chunks;
    }

    private synchronized void recover(Extent checkpoint) throws IOException {
        long[] numbers = checkpoint.numbers();
        deleteOthers(numbers);
        List<ChunkSegment> opened = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            Path path = dir.resolve(ChunkSegment.fileName(numbers[i]));
            if (Files.exists(path)) {
                opened.add(ChunkSegment.open(dir, numbers[i]));
            } else if (!opened.isEmpty()) { // the first ones may have been deleted since the checkpoint
                LOG.error("head chunk file is missing, its samples are lost file={}", path);
                Files.createDirectories(dir);
                opened.add(ChunkSegment.create(dir, numbers[i]));
            } else {
                continue;
            }
            opened.getLast().newestMs = checkpoint.newestMs()[i];
        }
        segments = opened.toArray(ChunkSegment[]::new);
        end = checkpoint.end();
        writtenTo = end;
        // The next chunk opens a file, so that nothing is written over bytes that a torn write left.
        nextNumber = Math.max((end >>> OFFSET_BITS) + 1, numbers.length == 0 ? 1 : numbers[numbers.length - 1] + 1);
        sealNewest = true;
    }

    private void deleteOthers(long[] numbers) throws IOException {
        if (!Files.isDirectory(dir)) {
            return;
        }
        Set<String> kept =
                Arrays.stream(numbers).mapToObj(ChunkSegment::fileName).collect(Collectors.toSet());
        try (var listed = Files.list(dir)) {
            for (Path path : (Iterable<Path>) listed::iterator) {
                if (!kept.contains(path.getFileName().toString())) {
                    Files.delete(path);
                }
            }
        }
    }

    /**
     * Appends a frame. Where the disk refuses, some chunks wait in memory, and the next call tries again; {@link #sync}
     * tells of it too.
     *
     * @return its position, a multiple of 8
     * @throws Failure where no file can be begun, or as much waits as may; the chunk stays with the caller
     */
    synchronized long append(byte[] frame, int length, long minMs, long maxMs) {
        int padded = length + 7 & ~7;
        ChunkSegment segment = segments.length == 0 ? null : segments[segments.length - 1];
        if (segment == null
                || sealNewest
                || (end & SEGMENT_BYTES - 1) + padded
                        >= SEGMENT_BYTES // never quite full: the end would name the next file
                || (segment.newestMs != Long.MIN_VALUE && minMs - segment.newestMs > SEGMENT_SPAN_MS)
                || (segment.oldestMs != Long.MAX_VALUE && maxMs - segment.oldestMs > SEGMENT_SPAN_MS)) {
            segment = beginSegment();
        }
        if (buffered + padded > buffer.length) {
            makeRoom(padded);
        }
        System.arraycopy(frame, 0, buffer, buffered, length);
        Arrays.fill(buffer, buffered + length, buffered + padded, (byte) 0);
        buffered += padded;
        long position = end;
        end = position + padded;
        segment.newestMs = Math.max(segment.newestMs, maxMs);
        segment.oldestMs = Math.min(segment.oldestMs, minMs);
        return position;
    }

    private ChunkSegment beginSegment() {
        flushQuietly();
        if (buffered > 0) {
            throw refused(null);
        }
        try {
            Files.createDirectories(dir);
            ChunkSegment segment = ChunkSegment.create(dir, nextNumber);
            nextNumber++;
            failing = false;
            ChunkSegment[] more = Arrays.copyOf(segments, segments.length + 1);
            more[segments.length] = segment;
            segments = more;
            end = (segment.number << OFFSET_BITS) + ChunkSegment.HEADER.length;
            writtenTo = end;
            sealNewest = false;
            dropView();
            return segment;
        } catch (IOException e) {
            noteFailure(e);
            throw refused(e);
        }
    }

    private Failure refused(IOException cause) {
        return new Failure(ErrorId.WAL_UNAVAILABLE, "head chunks cannot be written in " + dir, cause);
    }

    private void makeRoom(int more) {
        flushQuietly();
        if (buffered + more > MOST_WAITING) {
            throw refused(null);
        }
        int wanted = Math.max(buffered + more, Math.min(LARGEST_BUFFER, Math.max(SMALLEST_BUFFER, 2 * buffer.length)));
        if (wanted > buffer.length) {
            buffer = Arrays.copyOf(buffer, wanted);
        }
    }

    private void flushQuietly() {
        try {
            flush();
        } catch (IOException e) {
            noteFailure(e);
        }
    }

    private void noteFailure(IOException e) {
        if (!failing) {
            LOG.error("cannot write head chunks, will try again dir={}", dir, e);
        }
        failing = true;
    }

    private void flush() throws IOException {
        if (buffered > 0) {
            segments[segments.length - 1].write(buffer, 0, buffered, writtenTo & SEGMENT_BYTES - 1);
            buffered = 0;
            writtenTo = end;
            failing = false;
        }
    }

    /** Counts a chunk that could not be read. */
    void noteDamage() {
        damaged.increment();
    }

    /** Chunks that could not be read since the start, each time somebody tried. */
    long damagedChunks() {
        return damaged.sum();
    }

    /** Position behind the last chunk. */
    long end() {
        return end;
    }

    /** The position that a series record has in 40 bits: the one that lies less than 2⁴³ bytes behind the end. */
    long position(long compact) {
        if (compact == 0) {
            return 0;
        }
        long units = end >>> 3;
        return units - (units - compact & (1L << 40) - 1) << 3;
    }

    /**
     * Copies the frame at a position, header and all, unchecked.
     *
     * @return its length; 0 where its file is gone or it has more than {@code most} bytes
     */
    synchronized int copy(long position, byte[] into, int at, int most) {
        MemorySegment from = MemorySegment.ofArray(buffer);
        long start = position - writtenTo;
        if (start < 0 || start >= buffered) {
            long index = segments.length == 0 ? -1 : (position >>> OFFSET_BITS) - segments[0].number;
            if (index < 0 || index >= segments.length) {
                return 0;
            }
            from = segments[(int) index].bytes();
            start = ChunkView.offset(position);
        }
        int length = ChunkFrame.HEADER_BYTES + ChunkFrame.dataLength(from, (int) start);
        if (length > most || start + length > from.byteSize()) {
            return 0;
        }
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, start, into, at, length);
        return length;
    }

    /** The files as they are now, with all that was appended so far; to be released. */
    synchronized ChunkView view() {
        flushQuietly();
        if (view == null) {
            view = new ChunkView(segments);
        }
        view.retain();
        return view;
    }

    /** Bytes of chunks in the files and the buffer. */
    synchronized long sizeBytes() {
        return segments.length == 0 ? 0 : (long) (segments.length - 1) * SEGMENT_BYTES + (end & SEGMENT_BYTES - 1);
    }

    synchronized long bufferBytes() {
        return buffer.length;
    }

    /**
     * How far the chunks reach.
     *
     * @param end position behind the last chunk
     * @param numbers of the files, ascending
     * @param newestMs newest sample of each file, or a newer time
     */
    @SuppressWarnings("ArrayRecordComponent") // made, written down, dropped: nobody compares it
    record Extent(long end, long[] numbers, long[] newestMs) {
        static final Extent NONE = new Extent(0, new long[0], new long[0]);
    }

    /** Makes all that was appended before the call survive a power cut, and says what that is. */
    Extent sync() throws IOException {
        ChunkSegment[] all;
        Extent extent;
        synchronized (this) {
            flush();
            all = segments;
            extent = new Extent(
                    end,
                    Arrays.stream(all).mapToLong(s -> s.number).toArray(),
                    Arrays.stream(all).mapToLong(s -> s.newestMs).toArray());
        }
        for (ChunkSegment segment : all) {
            if (segment.retain()) {
                try {
                    segment.sync();
                } finally {
                    segment.release();
                }
            }
        }
        return extent;
    }

    /** Deletes the files, oldest first, in which every sample is older than {@code cutMs}; not the newest file. */
    synchronized int deleteBefore(long cutMs) throws IOException {
        return deleteBefore(cutMs, end);
    }

    /** The same, but for files that hold something at {@code position} or behind it. */
    synchronized int deleteBefore(long cutMs, long position) throws IOException {
        int dead = 0;
        while (dead < segments.length - 1
                && segments[dead].newestMs < cutMs
                && segments[dead].number < position >>> OFFSET_BITS) {
            dead++;
        }
        if (dead > 0) {
            ChunkSegment[] gone = Arrays.copyOf(segments, dead);
            segments = Arrays.copyOfRange(segments, dead, segments.length);
            dropView();
            for (ChunkSegment segment : gone) {
                segment.deleteFile();
                segment.release();
            }
        }
        return dead;
    }

    private void dropView() {
        if (view != null) {
            view.release();
            view = null;
        }
    }

    /** Writes what is buffered and lets the files go; readers keep theirs until they release them. */
    synchronized void close() throws IOException {
        try {
            flush();
        } finally {
            dropView();
            for (ChunkSegment segment : segments) {
                segment.release();
            }
            segments = new ChunkSegment[0];
        }
    }
}
