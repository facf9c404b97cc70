package io.engram.tsdb.cut;

import io.engram.model.labels.Label;
import io.engram.model.labels.Utf8Order;
import io.engram.model.read.SeriesTable;
import io.engram.tsdb.block.BlockWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The symbols of the series that were selected, and each series' labels in their numbers. */
final class HeadSymbols {
    /** Label ids in a cache line; few series have more than two lines of them. */
    private static final int LINE_LABELS = 16;

    private final SeriesTable table;
    /** Of each pair in the table's dictionary: the numbers of its name, above, and of its value. */
    private final long[] keys;

    private final int[] ids;
    private int length;
    /** What {@link #readAhead} has read: so that it is not left out as useless. */
    private long read;

    private HeadSymbols(SeriesTable table, long[] keys) {
        this.table = table;
        this.keys = keys;
        int most = 0;
        for (int s = 0; s < table.size(); s++) {
            most = Math.max(most, table.labelStart()[s + 1] - table.labelStart()[s]);
        }
        this.ids = new int[2 * most];
    }

    /** Tells the writer all symbols. */
    static HeadSymbols write(SeriesTable table, BlockWriter to) throws IOException {
        Label[] pairs = table.dictionary();
        Map<String, Integer> numbers = HashMap.newHashMap(2 * pairs.length);
        for (Label pair : pairs) {
            numbers.put(pair.name(), 0);
            numbers.put(pair.value(), 0);
        }
        String[] sorted = numbers.keySet().toArray(String[]::new);
        Arrays.sort(sorted, Utf8Order::compare);
        for (String symbol : sorted) {
            byte[] utf8 = symbol.getBytes(StandardCharsets.UTF_8);
            numbers.put(symbol, to.addSymbol(utf8, 0, utf8.length));
        }
        long[] keys = new long[pairs.length];
        for (int i = 0; i < pairs.length; i++) {
            keys[i] = (long) numbers.get(pairs[i].name()) << 32 | numbers.get(pairs[i].value());
        }
        return new HeadSymbols(table, keys);
    }

    /**
     * Has the labels of the series {@code sorted[from .. to)} brought into the processor's cache: in label order they lie
     * anywhere, and so short a loop waits for many at a time.
     */
    void readAhead(int[] sorted, int from, int to) {
        int[] starts = table.labelStart();
        int[] labels = table.labelIds();
        long sum = 0;
        for (int i = from; i < to; i++) {
            int start = starts[sorted[i]];
            sum += labels[Math.min(start, labels.length - 1)]
                    + labels[Math.min(start + LINE_LABELS - 1, labels.length - 1)];
        }
        read += sum;
    }

    /** The labels of a series, as {@link BlockWriter#beginSeries} takes them; valid until the next call. */
    int[] ids(int series) {
        length = 0;
        for (int i = table.labelStart()[series]; i < table.labelStart()[series + 1]; i++) {
            long key = keys[table.labelIds()[i]];
            ids[length++] = (int) (key >>> 32);
            ids[length++] = (int) key;
        }
        return ids;
    }

    /** How many numbers the last call of {@link #ids} gave. */
    int length() {
        return length;
    }

    /** All series in label order. */
    int[] sortedSeries() {
        long[] sorted = keys.clone(); // symbols being numbered in their order, so are these
        Arrays.sort(sorted);
        int[] ranks = new int[keys.length];
        for (int pair = 0; pair < keys.length; pair++) {
            ranks[pair] = Arrays.binarySearch(sorted, keys[pair]) + 1;
        }
        return new LabelOrder(table, ranks).sort();
    }
}
