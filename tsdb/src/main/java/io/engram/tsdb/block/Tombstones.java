package io.engram.tsdb.block;

import java.util.HashMap;
import java.util.Map;

/**
 * What was deleted of a block that a Prometheus wrote: times of series. Immutable.
 *
 * <pre>
 * 0130BA30, version (1 byte), (uvarint reference of the series, varint first ms, varint last ms)*, CRC-32C of those (4)
 * </pre>
 *
 * @see <a href="https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/tombstones.md">format/tombstones.md</a>
 */
public final class Tombstones {
    public static final Tombstones NONE = new Tombstones(Map.of());

    private static final int MAGIC = 0x0130BA30;
    private static final byte VERSION = 1;
    private static final int HEADER_BYTES = 5;

    private final Map<Integer, Intervals> bySeries;

    private Tombstones(Map<Integer, Intervals> bySeries) {
        this.bySeries = bySeries;
    }

    /**
     * @param data the whole file
     * @throws CorruptBlock where it is damaged, or none
     */
    public static Tombstones decode(byte[] data, BlockPath path) {
        if (data.length < HEADER_BYTES + IndexFormat.CRC_BYTES) {
            throw path.corrupt(0, "a header and a checksum", data.length + " bytes");
        }
        ByteCursor in = new ByteCursor().reset(data, 0, data.length, path, 0);
        int magic = in.i32();
        int version = in.u8();
        if (magic != MAGIC || version != VERSION) {
            throw path.corrupt(
                    0, "%08x, version %d".formatted(MAGIC, VERSION), "%08x, version %d".formatted(magic, version));
        }
        in.verify(in.left() - IndexFormat.CRC_BYTES, "the tombstones");
        Map<Integer, Intervals> bySeries = new HashMap<>();
        while (in.left() > 0) {
            int ref = (int) in.uvarint();
            long first = in.varint();
            long last = in.varint();
            if (first > last) {
                throw in.corrupt("an interval", first + " to " + last);
            }
            bySeries.put(ref, bySeries.getOrDefault(ref, Intervals.NONE).plus(first, last));
        }
        return new Tombstones(Map.copyOf(bySeries));
    }

    /** What was deleted of a series; {@link Intervals#NONE} where nothing was. */
    public Intervals of(int ref) {
        return bySeries.isEmpty() ? Intervals.NONE : bySeries.getOrDefault(ref, Intervals.NONE);
    }

    /** How many series something was deleted of. */
    public int seriesCount() {
        return bySeries.size();
    }
}
