package io.engram.distributor;

import io.engram.distributor.ha.HeldWrite;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.io.IOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/** A request as it came, which can be inflated more than once: the text of a late refusal needs its labels again. */
sealed interface Body extends HeldWrite {
    /** What the objects of a body take beside its bytes, in the queue that it is held in too. */
    int OBJECT_BYTES = 128;

    /** What it holds when it is inflated. */
    WriteMessage message();

    /**
     * How many bytes it inflates to, of what it says itself; nothing was inflated yet.
     *
     * @throws Failure where that is above {@code limitBytes}, or the body is no such thing
     */
    int inflatedLength(long limitBytes);

    /** The same with bytes of its own. */
    Body copy();

    /** Writes {@link #inflatedLength} bytes to the beginning of {@code into}. */
    void inflate(byte[] into);

    /** A protobuf message as it is. */
    record Plain(WriteMessage message, byte[] bytes, int length) implements Body {
        @Override
        public int inflatedLength(long limitBytes) {
            if (length > limitBytes) {
                throw tooLarge(length, limitBytes);
            }
            return length;
        }

        @Override
        public Body copy() {
            return new Plain(message, Arrays.copyOf(bytes, length), length);
        }

        @Override
        public long heldBytes() {
            return (long) OBJECT_BYTES + length;
        }

        @Override
        public void inflate(byte[] into) {
            System.arraycopy(bytes, 0, into, 0, length);
        }
    }

    /** A block of snappy: the inflated length as a varint, then literals and copies. */
    record SnappyBlock(WriteMessage message, byte[] bytes, int length) implements Body {
        /** A copy of 64 bytes takes three, and nothing in the format yields more. */
        private static final int BEST_RATIO = 22;

        private static final int HEADER_BYTES = 5;

        @Override
        public int inflatedLength(long limitBytes) {
            if (length >= 4 && bytes[0] == (byte) 0xFF && bytes[1] == 6 && bytes[2] == 0 && bytes[3] == 0) {
                throw new Failure(
                        ErrorId.SNAPPY_FRAMED,
                        "the body is a framed snappy stream (it begins with ff 06 00 00); remote write takes the block"
                                + " format");
            }
            long claimed = 0;
            for (int i = 0; ; i++) {
                if (i == length || i == HEADER_BYTES) {
                    throw new Failure(ErrorId.SNAPPY_INVALID, "the body is not a snappy block: its header is cut off");
                }
                claimed |= (long) (bytes[i] & 0x7F) << (7 * i);
                if (bytes[i] >= 0) {
                    break;
                }
            }
            if (claimed > limitBytes) {
                throw tooLarge(claimed, limitBytes);
            }
            if (claimed > (long) BEST_RATIO * length) {
                throw new Failure(
                        ErrorId.SNAPPY_INVALID,
                        "the body is not a snappy block: its " + length + " bytes cannot inflate to the " + claimed
                                + " that its header names");
            }
            return (int) claimed;
        }

        @Override
        public Body copy() {
            return new SnappyBlock(message, Arrays.copyOf(bytes, length), length);
        }

        @Override
        public long heldBytes() {
            return (long) OBJECT_BYTES + length;
        }

        @Override
        public void inflate(byte[] into) {
            try {
                Snappy.uncompress(bytes, 0, length, into, 0);
            } catch (IOException | IllegalArgumentException e) {
                throw new Failure(
                        ErrorId.SNAPPY_INVALID, "the body is not a snappy block, or is cut off: " + e.getMessage(), e);
            }
        }
    }

    private static Failure tooLarge(long bytes, long limitBytes) {
        return new Failure(
                ErrorId.REQUEST_TOO_LARGE,
                "the body inflates to " + bytes + " bytes and may have " + limitBytes
                        + " (distributor.max-recv-msg-size)");
    }
}
