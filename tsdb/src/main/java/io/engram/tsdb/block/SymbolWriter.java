package io.engram.tsdb.block;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes the symbols of an index, then gives them back from the file: in memory are four bytes a symbol. For one thread.
 */
final class SymbolWriter implements AutoCloseable {
    private final FileOutput out;
    private final long startOffset;
    private final Arena arena = Arena.ofConfined();

    /** Where each symbol begins, from the beginning of the section; unsigned. */
    private int[] starts = new int[1 << 10];

    private int count;
    private byte[] last = {};
    private int lastLength = -1;
    private MemorySegment section;

    SymbolWriter(FileOutput out) throws IOException {
        this.out = out;
        this.startOffset = out.position();
        out.putInt(0); // length and count, which are known in the end
        out.putInt(0);
    }

    int add(byte[] utf8, int from, int length) throws IOException {
        if (lastLength >= 0 && Arrays.compareUnsigned(last, 0, lastLength, utf8, from, from + length) >= 0) {
            throw new IllegalArgumentException("symbol " + text(utf8, from, length) + " does not follow "
                    + text(last, 0, lastLength) + " in the order of UTF-8 bytes");
        }
        long start = out.position() - startOffset;
        if (start + Varint.MAX_BYTES + length > IndexFormat.MAX_SECTION_BYTES) {
            throw new IOException("the symbols of a block take more than the " + IndexFormat.MAX_SECTION_BYTES
                    + " bytes that an index can hold");
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
        }
        starts[count] = (int) start;
        out.room(Varint.MAX_BYTES + length);
        out.at = Varint.put(out.buffer, out.at, length);
        out.put(utf8, from, length);
        if (last.length < length) {
            last = new byte[2 * length];
        }
        System.arraycopy(utf8, from, last, 0, length);
        lastLength = length;
        return count++;
    }

    private static String text(byte[] utf8, int from, int length) {
        return '"' + new String(utf8, from, length, StandardCharsets.UTF_8) + '"';
    }

    int count() {
        return count;
    }

    /** Ends the section: puts length and count where they belong, and the checksum of both behind. */
    void finish() throws IOException {
        out.flush();
        long length = out.position() - startOffset - 4;
        out.patchInt(startOffset, (int) length);
        out.patchInt(startOffset + 4, count);
        section = out.channel().map(FileChannel.MapMode.READ_ONLY, startOffset, length + 4, arena);
        CRC32C checksum = new CRC32C();
        Mapped.update(checksum, section, 4, length);
        out.putInt((int) checksum.getValue());
    }

    /** Writes a symbol, its length before it, as the offset table has it. After {@link #finish}. */
    void copyTo(FileOutput to, int symbol) throws IOException {
        long start = Integer.toUnsignedLong(starts[symbol]);
        long end = symbol + 1 < count ? Integer.toUnsignedLong(starts[symbol + 1]) : section.byteSize();
        int length = (int) (end - start);
        to.room(length);
        MemorySegment.copy(section, ValueLayout.JAVA_BYTE, start, to.buffer, to.at, length);
        to.at += length;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
