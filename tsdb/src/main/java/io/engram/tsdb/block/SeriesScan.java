package io.engram.tsdb.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** Reads the labels of series back from an index that is being written, front to back. Trusts what it reads. */
final class SeriesScan {
    private static final int WINDOW_BYTES = 1 << 16;

    private final FileChannel channel;
    private final long end;
    private byte[] window = new byte[WINDOW_BYTES];
    private long windowStart;
    private int filled;
    private long next;
    /** Where the labels of the current series begin in the file. */
    private long entry;

    /** Of names and values in turn. */
    int[] ids = new int[64];

    int length;
    int ref;

    /** @param end behind the last entry */
    SeriesScan(FileChannel channel, long start, long end) {
        this.channel = channel;
        this.end = end;
        this.next = start;
        this.windowStart = start;
    }

    /** Goes to the next series, and reads its labels. */
    boolean next() throws IOException {
        if (!nextRef()) {
            return false;
        }
        readLabels((int) (entry - windowStart));
        return true;
    }

    /** Goes to the next series, of which {@link #ref} alone is wanted. */
    boolean nextRef() throws IOException {
        next = next + IndexFormat.SERIES_ALIGNMENT - 1 & -IndexFormat.SERIES_ALIGNMENT;
        if (next >= end) {
            return false;
        }
        ref = (int) (next / IndexFormat.SERIES_ALIGNMENT);
        load(Varint.MAX_BYTES);
        int at = (int) (next - windowStart);
        int size = 0;
        int shift = 0;
        byte b;
        do {
            b = window[at++];
            size |= (b & 0x7F) << shift;
            shift += 7;
        } while (b < 0);
        int whole = at - (int) (next - windowStart) + size + IndexFormat.CRC_BYTES;
        load(whole);
        entry = next + whole - size - IndexFormat.CRC_BYTES;
        next += whole;
        return true;
    }

    private void readLabels(int from) {
        byte[] w = window;
        int at = from;
        int left = 1;
        length = -1; // the first number says how many pairs follow
        while (left > 0) {
            int number = w[at++];
            if (number < 0) {
                number &= 0x7F;
                int shift = 7;
                byte b;
                do {
                    b = w[at++];
                    number |= (b & 0x7F) << shift;
                    shift += 7;
                } while (b < 0);
            }
            if (length < 0) {
                left = 2 * number + 1;
                if (ids.length < 2 * number) {
                    ids = new int[4 * number];
                }
            } else {
                ids[length] = number;
            }
            length++;
            left--;
        }
    }

    /** Has the next {@code bytes} in the window, or what the file has of them. */
    private void load(int bytes) throws IOException {
        int at = (int) (next - windowStart);
        if (at + bytes <= filled) {
            return;
        }
        int kept = Math.max(0, filled - at);
        if (bytes > window.length) {
            window = Arrays.copyOf(window, 2 * bytes);
        }
        System.arraycopy(window, Math.min(at, filled), window, 0, kept);
        windowStart = next;
        filled = kept;
        while (filled < window.length && windowStart + filled < end) {
            int wanted = (int) Math.min(window.length - filled, end - windowStart - filled);
            int got = channel.read(ByteBuffer.wrap(window, filled, wanted), windowStart + filled);
            if (got < 0) {
                throw new IOException(
                        "the index ends at " + (windowStart + filled) + ", before its series do at " + end);
            }
            filled += got;
        }
    }
}
