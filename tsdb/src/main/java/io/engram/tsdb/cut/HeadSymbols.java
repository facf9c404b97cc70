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
        long[] keys = new long[table.size()]; // the first label, most often the metric's name, decides most comparisons
        Integer[] order = new Integer[table.size()];
        for (int s = 0; s < order.length; s++) {
            order[s] = s;
            int first = table.labelStart()[s];
            if (first < table.labelStart()[s + 1]) {
                int pair = table.labelIds()[first];
                keys[s] = (long) names[pair] + 1 << 32 | values[pair];
            }
        }
        Arrays.sort(order, (a, b) -> keys[a] != keys[b] ? Long.compare(keys[a], keys[b]) : compare(a, b));
        int[] sorted = new int[order.length];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = order[i];
        }
        return sorted;
    }

    /** Symbols being numbered in their order, label order is the order of their numbers. */
    private int compare(int a, int b) {
        int i = table.labelStart()[a];
        int j = table.labelStart()[b];
        int endI = table.labelStart()[a + 1];
        int endJ = table.labelStart()[b + 1];
        for (; i < endI && j < endJ; i++, j++) {
            int pairA = table.labelIds()[i];
            int pairB = table.labelIds()[j];
            if (pairA != pairB) {
                int byName = Integer.compare(names[pairA], names[pairB]);
                return byName != 0 ? byName : Integer.compare(values[pairA], values[pairB]);
            }
        }
        return Integer.compare(endI - i, endJ - j);
    }
}
