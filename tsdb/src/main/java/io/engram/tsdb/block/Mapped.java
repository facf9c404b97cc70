package io.engram.tsdb.block;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/** What is done with bytes in mapped files of any size. */
final class Mapped {
    /** A buffer of bytes reaches no farther than an int; this is what is looked at in one go. */
    private static final long STEP_BYTES = 1L << 30;

    private Mapped() {}

    static void update(CRC32C checksum, MemorySegment bytes, long from, long length) {
        for (long done = 0; done < length; done += STEP_BYTES) {
            checksum.update(bytes.asSlice(from + done, Math.min(STEP_BYTES, length - done))
                    .asByteBuffer());
        }
    }
}
