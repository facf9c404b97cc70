package io.engram.tsdb.wal;

import java.nio.ByteBuffer;

/** The layout of a checkpoint file, as the package description draws it. */
final class CheckpointFormat {
    static final long MAGIC = 0x3150_4b43_5247_4e45L; // "ENGRCKP1", little-endian
    static final int VERSION = 1;
    static final int HEADER_BYTES = 32;
    static final int SECTION_BYTES = 12;
    static final int END_PAYLOAD_BYTES = 16;
    static final int END_TYPE = 0;

    private static final String PREFIX = "checkpoint-";
    static final String UNFINISHED = ".tmp";

    private CheckpointFormat() {}

    static void writeHeader(ByteBuffer target, long number, long logPosition) {
        int at = target.position();
        target.putLong(MAGIC).putInt(VERSION).putLong(number).putLong(logPosition);
        target.putInt(SegmentFormat.crc(target, at, HEADER_BYTES - 4));
    }

    static String name(long number) {
        return PREFIX + "%08d".formatted(number);
    }

    /** The number in the name of a finished checkpoint; -1 for the names of other files. */
    static long number(String name) {
        if (!name.startsWith(PREFIX)) {
            return -1;
        }
        String digits = name.substring(PREFIX.length());
        boolean valid =
                digits.length() >= 8 && digits.length() <= 18 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return valid ? Long.parseLong(digits) : -1;
    }

    static boolean unfinished(String name) {
        return name.startsWith(PREFIX) && name.endsWith(UNFINISHED);
    }
}
