package io.engram.promql.engine;

import io.engram.model.labels.Labels;
import io.engram.model.labels.Utf8Order;
import io.engram.promql.engine.functions.Row;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** {@code sort} and its kin: the order of an instant vector. */
final class Sorting {
    private Sorting() {}

    static HeldVector byValue(HeldVector vector, boolean descending) {
        Comparator<Integer> order = (a, b) -> {
            double x = vector.rows()[a].value[0];
            double y = vector.rows()[b].value[0];
            if (Double.isNaN(x) || Double.isNaN(y)) {
                return Boolean.compare(Double.isNaN(x), Double.isNaN(y));
            }
            return x == y ? 0 : (x < y) != descending ? -1 : 1;
        };
        return ordered(vector, order);
    }

    static HeldVector byLabels(HeldVector vector, List<String> names, boolean descending) {
        Comparator<Integer> order = (a, b) -> {
            Labels x = vector.series().labels()[a];
            Labels y = vector.series().labels()[b];
            for (String name : names) {
                int byName = natural(x.get(name), y.get(name));
                if (byName != 0) {
                    return byName;
                }
            }
            return x.compareTo(y);
        };
        return ordered(vector, descending ? order.reversed() : order);
    }

    private static HeldVector ordered(HeldVector vector, Comparator<Integer> order) {
        Integer[] there = IntStream.range(0, vector.rows().length)
                .filter(i -> vector.rows()[i] != null)
                .boxed()
                .toArray(Integer[]::new);
        Arrays.sort(there, order);
        Labels[] labels = new Labels[there.length];
        boolean[] drops = new boolean[there.length];
        Row[] rows = new Row[there.length];
        for (int i = 0; i < there.length; i++) {
            labels[i] = vector.series().labels()[there[i]];
            drops[i] = vector.series().dropName()[there[i]];
            rows[i] = vector.rows()[there[i]];
        }
        return new HeldVector(new SeriesSet(labels, drops), rows);
    }

    /** Runs of digits compare as numbers, the rest as text. */
    static int natural(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            int iEnd = runEnd(a, i);
            int jEnd = runEnd(b, j);
            String x = a.substring(i, iEnd);
            String y = b.substring(j, jEnd);
            int order = isDigit(a.charAt(i)) && isDigit(b.charAt(j)) ? numbers(x, y) : Utf8Order.compare(x, y);
            if (order != 0) {
                return order;
            }
            i = iEnd;
            j = jEnd;
        }
        return Integer.compare(a.length() - i, b.length() - j);
    }

    private static int numbers(String x, String y) {
        String a = x.replaceFirst("^0+(?=.)", "");
        String b = y.replaceFirst("^0+(?=.)", "");
        return a.length() != b.length() ? a.length() - b.length() : a.compareTo(b);
    }

    private static int runEnd(String text, int from) {
        boolean digit = isDigit(text.charAt(from));
        int end = from + 1;
        while (end < text.length() && isDigit(text.charAt(end)) == digit) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
