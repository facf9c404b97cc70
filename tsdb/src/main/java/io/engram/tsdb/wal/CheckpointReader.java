package io.engram.tsdb.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A checkpoint of which every byte was verified before it could be opened. Its sections can be read in any order and by
 * several threads at a time; each is verified once more as it is read.
 */
public final class CheckpointReader implements AutoCloseable {
    private final LogSource source;
    private final long number;
    private final long logPosition;
    private final List<Section> sections;

    /**
     * A section of the file.
     *
     * @param offset of its first payload byte
     * @param length of its payload, in bytes
     */
    public record Section(int type, long offset, int length) {}

    private CheckpointReader(LogSource source, long number, long logPosition, List<Section> sections) {
        this.source = source;
        this.number = number;
        this.logPosition = logPosition;
        this.sections = List.copyOf(sections);
    }

    /**
     * Opens and verifies a checkpoint.
     *
     * @throws DamagedCheckpoint where it is not whole
     */
    static CheckpointReader open(LogFolder folder, long number) throws IOException {
        LogSource source = folder.open(CheckpointFormat.name(number));
        try {
            return verify(source, number);
        } catch (IOException | RuntimeException e) {
            try {
                source.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private static CheckpointReader verify(LogSource source, long number) throws IOException {
        ByteBuffer header = read(source, 0, CheckpointFormat.HEADER_BYTES, number);
        expect(number, 0, "the magic and version", header.getLong(0) == CheckpointFormat.MAGIC);
        expect(number, 8, "version " + CheckpointFormat.VERSION, header.getInt(8) == CheckpointFormat.VERSION);
        int crcAt = CheckpointFormat.HEADER_BYTES - 4;
        expect(number, crcAt, "the header's checksum", header.getInt(crcAt) == SegmentFormat.crc(header, 0, crcAt));
        expect(number, 12, "checkpoint number " + number, header.getLong(12) == number);

        List<Section> sections = new ArrayList<>();
        long size = source.sizeBytes();
        long offset = CheckpointFormat.HEADER_BYTES;
        long payloadBytes = 0;
        byte[] scratch = new byte[0];
        while (true) {
            ByteBuffer head = read(source, offset, CheckpointFormat.SECTION_BYTES, number);
            int type = head.getInt(4);
            int length = head.getInt(8);
            long left = size - offset - CheckpointFormat.SECTION_BYTES;
            expect(
                    number,
                    offset,
                    "a section of at most " + left + " bytes",
                    type >= 0 && length >= 0 && length <= Math.min(left, CheckpointWriter.MAX_SECTION_BYTES));
            Section section = new Section(type, offset + CheckpointFormat.SECTION_BYTES, length);
            if (scratch.length < length) {
                scratch = new byte[length];
            }
            readVerified(source, number, section, scratch);
            offset = section.offset() + length;
            if (type == CheckpointFormat.END_TYPE) {
                ByteBuffer end = ByteBuffer.wrap(scratch).order(ByteOrder.LITTLE_ENDIAN);
                expect(
                        number,
                        section.offset(),
                        sections.size() + " sections of " + payloadBytes + " bytes, and the file's end",
                        length == CheckpointFormat.END_PAYLOAD_BYTES
                                && end.getLong(0) == sections.size()
                                && end.getLong(8) == payloadBytes
                                && offset == size);
                return new CheckpointReader(source, number, header.getLong(20), sections);
            }
            sections.add(section);
            payloadBytes += length;
        }
    }

    private static ByteBuffer read(LogSource source, long offset, int count, long number) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        int found = source.read(bytes, offset);
        expect(number, offset, count + " more bytes", found == count);
        return bytes.flip();
    }

    private static void readVerified(LogSource source, long number, Section section, byte[] target) throws IOException {
        long start = section.offset() - CheckpointFormat.SECTION_BYTES;
        ByteBuffer head = read(source, start, CheckpointFormat.SECTION_BYTES, number);
        int found = source.read(ByteBuffer.wrap(target, 0, section.length()), section.offset());
        expect(number, section.offset(), section.length() + " more bytes", found == section.length());
        CRC32C crc = new CRC32C();
        crc.update(head.array(), 4, CheckpointFormat.SECTION_BYTES - 4);
        crc.update(target, 0, section.length());
        boolean intact = head.getInt(0) == ((int) crc.getValue() ^ SegmentFormat.place(number, start));
        expect(number, start, "an intact section of type " + section.type(), intact);
    }

    private static void expect(long number, long offset, String what, boolean met) throws DamagedCheckpoint {
        if (!met) {
            throw new DamagedCheckpoint(CheckpointFormat.name(number) + ": expected " + what + " at offset " + offset
                    + ", found otherwise");
        }
    }

    public long number() {
        return number;
    }

    /** The log up to here is in the checkpoint. */
    public long logPosition() {
        return logPosition;
    }

    /** All sections in the order of the file. */
    public List<Section> sections() {
        return sections;
    }

    /**
     * Reads a section into the front of {@code target}, which has room for its length. Thread-safe.
     *
     * @throws DamagedCheckpoint where the disk gives other bytes than at the opening
     */
    public void read(Section section, byte[] target) throws IOException {
        readVerified(source, number, section, target);
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
