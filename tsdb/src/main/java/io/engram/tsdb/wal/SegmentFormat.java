package io.engram.tsdb.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/** The layout of a segment, as the package description draws it. */
final class SegmentFormat {
    static final int PAGE_BYTES = 32 << 10;
    static final int HEADER_BYTES = 40;
    static final int FRAGMENT_BYTES = 7;
    static final int POSITION_BYTES = 8;
    /** A record begins only where this much is left in the page. */
    static final int RECORD_START_BYTES = FRAGMENT_BYTES + POSITION_BYTES;

    static final int WHOLE = 1;
    static final int FIRST = 2;
    static final int MIDDLE = 3;
    static final int LAST = 4;
    static final int PROLOGUE = 16;

    private static final long MAGIC = 0x314c_4157_5247_4e45L; // "ENGRWAL1", little-endian
    private static final int VERSION = 1;
    private static final int FLAG_REPEATS = 1;
    private static final String SUFFIX = ".wal";

    private SegmentFormat() {}

    /**
     * What a segment says about itself.
     *
     * @param startPosition its own records have greater positions
     * @param repeats it began after a failed write and may repeat records of the segment before
     */
    record Header(long ordinal, long startPosition, boolean repeats) {
        void write(ByteBuffer target) {
            int at = target.position();
            target.putLong(MAGIC).putInt(VERSION).putInt(repeats ? FLAG_REPEATS : 0);
            target.putLong(ordinal).putLong(startPosition).putInt(0);
            target.putInt(crc(target, at, HEADER_BYTES - 4));
        }

        /** The header in the first bytes of {@code source}, little-endian; empty where they hold none. */
        static Optional<Header> read(ByteBuffer source) {
            if (source.limit() < HEADER_BYTES
                    || source.getLong(0) != MAGIC
                    || source.getInt(8) != VERSION
                    || source.getInt(HEADER_BYTES - 4) != crc(source, 0, HEADER_BYTES - 4)) {
                return Optional.empty();
            }
            return Optional.of(
                    new Header(source.getLong(16), source.getLong(24), (source.getInt(12) & FLAG_REPEATS) != 0));
        }

        static Optional<Header> read(LogSource source) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            source.read(bytes, 0);
            return read(bytes.flip());
        }
    }

    static int crc(ByteBuffer bytes, int from, int length) {
        ByteBuffer slice = bytes.duplicate().limit(from + length).position(from);
        CRC32C crc = new CRC32C();
        crc.update(slice);
        return (int) crc.getValue();
    }

    /** What a checksum is XORed with at a place, so that the same bytes elsewhere do not pass. */
    static int place(long file, long offset) {
        long mixed = (file * 0x9e37_79b9_7f4a_7c15L + offset) * 0xbf58_476d_1ce4_e5b9L;
        return (int) (mixed >>> 32);
    }

    static String name(long ordinal) {
        return "%08d%s".formatted(ordinal, SUFFIX);
    }

    /** The ordinal in a segment's name; -1 for the names of other files. */
    static long ordinal(String name) {
        if (!name.endsWith(SUFFIX)) {
            return -1;
        }
        String digits = name.substring(0, name.length() - SUFFIX.length());
        if (digits.length() < 8 || digits.length() > 18 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Long.parseLong(digits);
    }
}
