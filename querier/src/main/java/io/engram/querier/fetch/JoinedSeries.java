package io.engram.querier.fetch;

import io.engram.model.hash.FingerprintIndex;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.read.SeriesTable;
import io.engram.proto.SelectCursor;
import java.util.Arrays;
import java.util.List;

/**
 * The series of several tables, each fingerprint once, with the places of its copies. Immutable.
 *
 * <pre>
 * series i:  copies copyStart[i] .. copyStart[i+1]-1
 * copy c:    series copyOrdinal[c] of source copySource[c]
 * </pre>
 */
final class JoinedSeries {
    private final SeriesTable[] tables;
    private final int size;
    private final int[] copyStart;
    private final int[] copySource;
    private final int[] copyOrdinal;
    private final int maxCopies;

    private JoinedSeries(SeriesTable[] tables, int[] copyStart, int[] copySource, int[] copyOrdinal) {
        this.tables = tables;
        this.size = copyStart.length - 1;
        this.copyStart = copyStart;
        this.copySource = copySource;
        this.copyOrdinal = copyOrdinal;
        int most = 1;
        for (int i = 0; i < size; i++) {
            most = Math.max(most, copyStart[i + 1] - copyStart[i]);
        }
        this.maxCopies = most;
    }

    static JoinedSeries of(List<SelectCursor> cursors) {
        SeriesTable[] tables = cursors.stream().map(SelectCursor::series).toArray(SeriesTable[]::new);
        return tables.length == 1 ? alone(tables) : join(tables);
    }

    /** With one source there is nothing to join: series i is ordinal i. */
    private static JoinedSeries alone(SeriesTable[] tables) {
        int n = tables[0].size();
        int[] identity = new int[n + 1];
        Arrays.setAll(identity, i -> i);
        return new JoinedSeries(tables, identity, new int[n], identity);
    }

    private static JoinedSeries join(SeriesTable[] tables) {
        int total = 0;
        for (SeriesTable table : tables) {
            total += table.size();
        }
        FingerprintIndex index = new FingerprintIndex(total);
        int[] joined = new int[total];
        int[] copies = new int[total];
        int entry = 0;
        for (SeriesTable table : tables) {
            for (int i = 0; i < table.size(); i++) {
                int series = index.numberOf(table.fingerprintHi()[i], table.fingerprintLo()[i]);
                joined[entry++] = series;
                copies[series]++;
            }
        }
        return place(tables, joined, copies, index.size());
    }

    /** Counting sort of all tables' entries by their joined series. */
    private static JoinedSeries place(SeriesTable[] tables, int[] joined, int[] copies, int size) {
        int[] copyStart = new int[size + 1];
        for (int i = 0; i < size; i++) {
            copyStart[i + 1] = copyStart[i] + copies[i];
        }
        int[] next = Arrays.copyOf(copyStart, size);
        int[] copySource = new int[joined.length];
        int[] copyOrdinal = new int[joined.length];
        int entry = 0;
        for (int source = 0; source < tables.length; source++) {
            for (int ordinal = 0; ordinal < tables[source].size(); ordinal++) {
                int at = next[joined[entry++]]++;
                copySource[at] = source;
                copyOrdinal[at] = ordinal;
            }
        }
        return new JoinedSeries(tables, copyStart, copySource, copyOrdinal);
    }

    /** Those named, in the order in which they are named. */
    JoinedSeries pick(int[] which) {
        int[] start = new int[which.length + 1];
        for (int i = 0; i < which.length; i++) {
            start[i + 1] = start[i] + copyStart[which[i] + 1] - copyStart[which[i]];
        }
        int[] source = new int[start[which.length]];
        int[] ordinal = new int[start[which.length]];
        for (int i = 0; i < which.length; i++) {
            System.arraycopy(copySource, copyStart[which[i]], source, start[i], start[i + 1] - start[i]);
            System.arraycopy(copyOrdinal, copyStart[which[i]], ordinal, start[i], start[i + 1] - start[i]);
        }
        return new JoinedSeries(tables, start, source, ordinal);
    }

    /** Those that have samples between these times, both included, as far as their tables know. */
    JoinedSeries within(long minTimeMs, long maxTimeMs) {
        int[] which = new int[size];
        int n = 0;
        for (int series = 0; series < size; series++) {
            if (isWithin(series, minTimeMs, maxTimeMs)) {
                which[n++] = series;
            }
        }
        return n == size ? this : pick(Arrays.copyOf(which, n));
    }

    boolean isWithin(int series, long minTimeMs, long maxTimeMs) {
        for (int copy = copyStart[series]; copy < copyStart[series + 1]; copy++) {
            SeriesTable table = tables[copySource[copy]];
            int ordinal = copyOrdinal[copy];
            if (table.minTimeMs()[ordinal] <= maxTimeMs && table.maxTimeMs()[ordinal] >= minTimeMs) {
                return true;
            }
        }
        return false;
    }

    int size() {
        return size;
    }

    int firstCopy(int series) {
        return copyStart[series];
    }

    /** Behind the last copy of a series. */
    int endOfCopies(int series) {
        return copyStart[series + 1];
    }

    /** The most copies that any series has; 1 at least. */
    int maxCopies() {
        return maxCopies;
    }

    /** How many sources there are. */
    int sources() {
        return tables.length;
    }

    SeriesTable table(int source) {
        return tables[source];
    }

    int source(int copy) {
        return copySource[copy];
    }

    int ordinal(int copy) {
        return copyOrdinal[copy];
    }

    Labels labels(int series) {
        int copy = copyStart[series];
        return tables[copySource[copy]].labels(copyOrdinal[copy]);
    }

    /** The value of one label; empty where the series does not have it. */
    String labelValue(int series, String name) {
        int copy = copyStart[series];
        SeriesTable table = tables[copySource[copy]];
        int ordinal = copyOrdinal[copy];
        for (int i = table.labelStart()[ordinal]; i < table.labelStart()[ordinal + 1]; i++) {
            Label label = table.dictionary()[table.labelIds()[i]];
            if (label.name().equals(name)) {
                return label.value();
            }
        }
        return "";
    }

    /** Chunks that a fetch of this series will bring, all copies together. */
    int chunkCount(int series) {
        int chunks = 0;
        for (int copy = copyStart[series]; copy < copyStart[series + 1]; copy++) {
            chunks += tables[copySource[copy]].chunkCount()[copyOrdinal[copy]];
        }
        return chunks;
    }
}
