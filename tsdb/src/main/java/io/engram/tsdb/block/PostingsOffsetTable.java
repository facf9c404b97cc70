package io.engram.tsdb.block;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Where the postings of each label pair are. In memory are the names, and the place of every 32nd value; the rest is read
 * from the bytes each time. Safe for many threads.
 */
public final class PostingsOffsetTable {
    private static final int STRIDE_SHIFT = 5;
    private static final int STRIDE = 1 << STRIDE_SHIFT;

    /** The values of one name: how many, where every 32nd entry begins, and where the last one ends. */
    private record Values(int count, int[] places, long end) {}

    /** A value at hand in {@link #scan}. */
    interface Visitor {
        /** Goes on while true. */
        boolean visit(byte[] value, PostingsRange range);
    }

    private final Section section;
    private final long postingsEnd;
    private final List<String> names;
    private final Map<String, Values> values;
    private final PostingsRange all;

    private PostingsOffsetTable(
            Section section, long postingsEnd, List<String> names, Map<String, Values> values, PostingsRange all) {
        this.section = section;
        this.postingsEnd = postingsEnd;
        this.names = names;
        this.values = values;
        this.all = all;
    }

    /**
     * Compares the checksum, and walks through all entries once.
     *
     * @param bytes begin at the table's offset; held, and read as long as the table is used
     * @param offset of them in the index
     * @param postingsEnd where the last postings list ends at the latest
     */
    public static PostingsOffsetTable open(MemorySegment bytes, BlockPath path, long offset, long postingsEnd) {
        Section section = Section.verified(bytes, path, offset, "the postings offset table");
        SegmentCursor in = section.cursor();
        long count = Integer.toUnsignedLong(in.i32());
        List<String> names = new ArrayList<>();
        Map<String, Values> values = new HashMap<>();
        PostingsRange all = null;
        byte[] name = null;
        int ofName = 0;
        int[] places = {};
        for (long i = 0; i < count; i++) {
            int place = (int) in.at;
            keys(in);
            if (name == null || in.compareString(name) != 0) {
                finish(names, values, name, ofName, places, place);
                keys(in.at(Integer.toUnsignedLong(place)));
                name = in.string();
                ofName = 0;
                places = new int[4];
            }
            if ((ofName & STRIDE - 1) == 0) {
                if (ofName >>> STRIDE_SHIFT == places.length) {
                    places = Arrays.copyOf(places, 2 * places.length);
                }
                places[ofName >>> STRIDE_SHIFT] = place;
            }
            ofName++;
            int valueLength = in.length();
            in.at += valueLength;
            long list = in.uvarint();
            if (name.length == 0 && valueLength == 0) {
                long next = i + 1 < count ? peekOffset(section, in.at) : postingsEnd;
                all = range(list, next, postingsEnd);
            }
        }
        finish(names, values, name, ofName, places, (int) in.at);
        if (!in.atEnd()) {
            throw in.corrupt("the end of the postings offset table", in.left() + " bytes more");
        }
        if (all == null) {
            throw path.corrupt(offset, "postings of all series", "none");
        }
        return new PostingsOffsetTable(section, postingsEnd, List.copyOf(names), values, all);
    }

    private static void keys(SegmentCursor in) {
        int keys = in.u8();
        if (keys != IndexFormat.OFFSET_KEYS) {
            in.at--;
            throw in.corrupt("an entry of " + IndexFormat.OFFSET_KEYS + " strings", Integer.toString(keys));
        }
    }

    private static void finish(
            List<String> names, Map<String, Values> values, byte[] name, int count, int[] places, int end) {
        if (name != null && name.length > 0) {
            String text = new String(name, StandardCharsets.UTF_8);
            names.add(text);
            values.put(
                    text,
                    new Values(
                            count,
                            Arrays.copyOf(places, (count + STRIDE - 1) >>> STRIDE_SHIFT),
                            Integer.toUnsignedLong(end)));
        }
    }

    private static long peekOffset(Section section, long place) {
        SegmentCursor in = section.cursor().at(place);
        keys(in);
        in.skip();
        in.skip();
        return in.uvarint();
    }

    /** Lists follow each other in the order of the table; where they do not, the last one's end bounds them. */
    private static PostingsRange range(long offset, long next, long postingsEnd) {
        return new PostingsRange(offset, next > offset ? Math.min(next, postingsEnd) : postingsEnd);
    }

    /** Sorted by UTF-8. */
    public List<String> names() {
        return names;
    }

    public int valueCount(String name) {
        Values found = values.get(name);
        return found == null ? 0 : found.count;
    }

    /** The list of all series. */
    public PostingsRange all() {
        return all;
    }

    /** The list of a label pair; null where there is none. */
    public PostingsRange find(String name, String value) {
        PostingsRange[] found = new PostingsRange[1];
        byte[] wanted = value.getBytes(StandardCharsets.UTF_8);
        scan(name, wanted, (at, range) -> {
            if (Arrays.equals(at, wanted)) {
                found[0] = range;
            }
            return false;
        });
        return found[0];
    }

    /** The values of a name in their order, and their lists; nothing where there is no such name. */
    public List<PostingsRange> ranges(String name, Predicate<byte[]> value) {
        List<PostingsRange> found = new ArrayList<>();
        scan(name, new byte[0], (at, range) -> {
            if (value.test(at)) {
                found.add(range);
            }
            return true;
        });
        return found;
    }

    /** The lists of the values that begin with {@code prefix}, in their order. */
    public List<PostingsRange> prefixRanges(String name, byte[] prefix) {
        List<PostingsRange> found = new ArrayList<>();
        scan(name, prefix, (at, range) -> {
            boolean begins =
                    at.length >= prefix.length && Arrays.equals(at, 0, prefix.length, prefix, 0, prefix.length);
            if (begins) {
                found.add(range);
            }
            return begins;
        });
        return found;
    }

    /** Visits the values of a name from the first one that is not below {@code from}. */
    void scan(String name, byte[] from, Visitor visitor) {
        Values of = values.get(name);
        if (of == null) {
            return;
        }
        SegmentCursor in = section.cursor();
        int low = 0;
        int high = of.places.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            keys(in.at(Integer.toUnsignedLong(of.places[middle])));
            in.skip();
            if (in.compareString(from) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        in.at(Integer.toUnsignedLong(of.places[Math.max(0, low - 1)]));
        while (in.at < of.end) {
            keys(in);
            in.skip();
            byte[] value = in.string();
            long list = in.uvarint();
            if (Arrays.compareUnsigned(value, from) >= 0) {
                long next = in.atEnd() ? postingsEnd : peekOffset(section, in.at);
                if (!visitor.visit(value, range(list, next, postingsEnd))) {
                    return;
                }
            }
        }
    }
}
