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
    private final SeriesTable table;
    /** Of each pair in the table's dictionary: the numbers of its name and its value. */
    private final int[] names;

    private final int[] values;
    private final int[] ids;
    private int length;

    private HeadSymbols(SeriesTable table, int[] names, int[] values) {
        this.table = table;
        this.names = names;
        this.values = values;
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
        int[] names = new int[pairs.length];
        int[] values = new int[pairs.length];
        for (int i = 0; i < pairs.length; i++) {
            names[i] = numbers.get(pairs[i].name());
            values[i] = numbers.get(pairs[i].value());
        }
        return new HeadSymbols(table, names, values);
    }

    /** The labels of a series, as {@link BlockWriter#beginSeries} takes them; valid until the next call. */
    int[] ids(int series) {
        length = 0;
        for (int i = table.labelStart()[series]; i < table.labelStart()[series + 1]; i++) {
            int pair = table.labelIds()[i];
            ids[length++] = names[pair];
            ids[length++] = values[pair];
        }
        return ids;
    }

    /** How many numbers the last call of {@link #ids} gave. */
    int length() {
        return length;
    }

    /** All series in label order. */
    int[] sortedSeries() {
        long[] keys = new long[names.length]; // symbols being numbered in their order, so are these
        for (int pair = 0; pair < keys.length; pair++) {
            keys[pair] = (long) names[pair] << 32 | values[pair];
        }
        long[] sorted = keys.clone();
        Arrays.sort(sorted);
        int[] ranks = new int[keys.length];
        for (int pair = 0; pair < keys.length; pair++) {
            ranks[pair] = Arrays.binarySearch(sorted, keys[pair]) + 1;
        }
        return new LabelOrder(table, ranks).sort();
    }
}
