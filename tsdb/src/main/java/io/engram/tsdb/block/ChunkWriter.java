package io.engram.tsdb.block;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes chunks into segments. For one thread. */
final class ChunkWriter implements AutoCloseable {
    private final Path folder;
    private final long maxSegmentBytes;
    private FileOutput out;
    private final List<Long> segmentBytes = new ArrayList<>();
    private int segments;

    ChunkWriter(Path folder, long maxSegmentBytes) throws IOException {
        this.folder = folder;
        this.maxSegmentBytes = maxSegmentBytes;
        Files.createDirectory(folder);
    }

    /** Writes a chunk; returns its reference. */
    long add(byte encoding, byte[] data, int from, int length) throws IOException {
        if (out == null || out.position() + ChunkFormat.frameBytes(length) > maxSegmentBytes) {
            next();
        }
        long offset = out.position();
        out.room((int) ChunkFormat.frameBytes(length));
        out.at = Varint.put(out.buffer, out.at, length);
        out.beginChecksum();
        out.buffer[out.at++] = encoding;
        System.arraycopy(data, from, out.buffer, out.at, length);
        out.at += length;
        out.putChecksum();
        return ChunkFormat.ref(segments - 1, offset);
    }

    private void next() throws IOException {
        finish();
        out = new FileOutput(folder.resolve(BlockPath.segmentName(segments++)));
        out.putInt(ChunkFormat.MAGIC);
        out.putInt(ChunkFormat.VERSION << 24);
    }

    /** Makes the segments durable. */
    void finish() throws IOException {
        if (out != null) {
            out.sync();
            segmentBytes.add(out.position());
            out.close();
            out = null;
        }
    }

    /** Of each finished segment. */
    long[] segmentBytes() {
        return segmentBytes.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
