package io.engram.querier.fetch;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.read.SeriesTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Joined series, twins together: a group is all series that differ in nothing but replica labels. Groups are in the order
 * of their first series. Immutable.
 *
 * <pre>
 * group g:  series first(g) .. end(g)-1 of joined(), at least one
 * </pre>
 */
final class TwinGroups {
    private final ReplicaIds ids;
    private final JoinedSeries joined;
    private final int[] start;

    private TwinGroups(ReplicaIds ids, JoinedSeries joined, int[] start) {
        this.ids = ids;
        this.joined = joined;
        this.start = start;
    }

    /** Each series in a group of its own, as it is stored. */
    static TwinGroups alone(JoinedSeries joined) {
        int[] start = new int[joined.size() + 1];
        Arrays.setAll(start, i -> i);
        return new TwinGroups(ReplicaIds.of(joined, ReplicaRule.AS_STORED), joined, start);
    }

    /** @param ids of the same series */
    static TwinGroups of(JoinedSeries joined, ReplicaIds ids) {
        int[] group = new Grouping(joined, ids).groups();
        int groups = 0;
        for (int g : group) {
            groups = Math.max(groups, g + 1);
        }
        int[] start = new int[groups + 1];
        for (int g : group) {
            start[g + 1]++;
        }
        for (int g = 0; g < groups; g++) {
            start[g + 1] += start[g];
        }
        int[] next = Arrays.copyOf(start, groups);
        int[] order = new int[group.length];
        for (int series = 0; series < group.length; series++) {
            order[next[group[series]]++] = series;
        }
        return new TwinGroups(ids, joined.pick(order), start);
    }

    /** Series with the same pairs, but for replica labels, have the same group. Compares numbers of pairs, never text. */
    private static final class Grouping {
        private final JoinedSeries joined;
        private final int[][] numberOf; // by source and id in its dictionary; -1 is a replica label
        private final int[] slots; // group + 1; open addressing, half full at most
        private int[] keys = new int[1024]; // the numbers of each group's pairs, group after group
        private int[] keyStart = new int[257];
        private int count;

        Grouping(JoinedSeries joined, ReplicaIds ids) {
            this.joined = joined;
            this.slots = new int[Integer.highestOneBit(Math.max(8, joined.size())) << 2];
            this.numberOf = new int[joined.sources()][];
            Map<Label, Integer> numbers = new HashMap<>();
            for (int source = 0; source < numberOf.length; source++) {
                SeriesTable table = joined.table(source);
                numberOf[source] = new int[table.dictionary().length];
                for (int id = 0; id < numberOf[source].length; id++) {
                    Label pair = table.dictionary()[id];
                    numberOf[source][id] =
                            ids.isReplica(source, id) ? -1 : numbers.computeIfAbsent(pair, _ -> numbers.size());
                }
            }
        }

        int[] groups() {
            int[] group = new int[joined.size()];
            for (int series = 0; series < group.length; series++) {
                group[series] = groupOf(joined.firstCopy(series));
            }
            return group;
        }

        private int groupOf(int copy) {
            int source = joined.source(copy);
            SeriesTable table = joined.table(source);
            int from = table.labelStart()[joined.ordinal(copy)];
            int to = table.labelStart()[joined.ordinal(copy) + 1];
            int begin = keyStart[count];
            int end = begin;
            if (begin + to - from > keys.length) {
                keys = Arrays.copyOf(keys, Math.max(2 * keys.length, begin + to - from));
            }
            long hash = 0;
            for (int i = from; i < to; i++) {
                int number = numberOf[source][table.labelIds()[i]];
                if (number >= 0) {
                    keys[end++] = number;
                    hash = (hash ^ number) * 0x9E3779B97F4A7C15L;
                    hash ^= hash >>> 29;
                }
            }
            int slot = (int) (hash ^ hash >>> 32) & slots.length - 1;
            while (slots[slot] != 0) {
                int group = slots[slot] - 1;
                if (Arrays.equals(keys, keyStart[group], keyStart[group + 1], keys, begin, end)) {
                    return group;
                }
                slot = (slot + 1) & slots.length - 1;
            }
            slots[slot] = count + 1;
            if (count + 2 > keyStart.length) {
                keyStart = Arrays.copyOf(keyStart, 2 * keyStart.length);
            }
            keyStart[count + 1] = end;
            return count++;
        }
    }

    int size() {
        return start.length - 1;
    }

    /** The series, those of a group next to each other. */
    JoinedSeries joined() {
        return joined;
    }

    int first(int group) {
        return start[group];
    }

    /** Behind the last series of a group. */
    int end(int group) {
        return start[group + 1];
    }

    int twins(int group) {
        return start[group + 1] - start[group];
    }

    /** Whether any group has several series. */
    boolean anyTwins() {
        return joined.size() > size();
    }

    /** The name of the replica that a series came from. */
    String replica(int series) {
        return ids.replica(joined, series);
    }

    /** Without replica labels. */
    Labels labels(int group) {
        return ids.shown(joined, start[group]);
    }

    /**
     * Without the series that have no twin and no samples between these times, both included. Twins may say something of each
     * other's samples from beyond them.
     */
    TwinGroups within(long minTimeMs, long maxTimeMs) {
        int[] groups = new int[size()];
        int n = 0;
        for (int g = 0; g < groups.length; g++) {
            if (twins(g) > 1 || joined.isWithin(first(g), minTimeMs, maxTimeMs)) {
                groups[n++] = g;
            }
        }
        return n == groups.length ? this : pick(Arrays.copyOf(groups, n));
    }

    /** How many series there are in groups that have samples between these times, both included. */
    int seriesWithin(long minTimeMs, long maxTimeMs) {
        int count = 0;
        for (int g = 0; g < size(); g++) {
            boolean within = false;
            for (int series = first(g); series < end(g) && !within; series++) {
                within = joined.isWithin(series, minTimeMs, maxTimeMs);
            }
            count += within ? twins(g) : 0;
        }
        return count;
    }

    /** The groups of others, in that order. */
    TwinGroups pick(int[] groups) {
        int[] order = new int[joined.size()];
        int[] picked = new int[groups.length + 1];
        int n = 0;
        for (int g = 0; g < groups.length; g++) {
            for (int series = first(groups[g]); series < end(groups[g]); series++) {
                order[n++] = series;
            }
            picked[g + 1] = n;
        }
        return new TwinGroups(ids, joined.pick(Arrays.copyOf(order, n)), picked);
    }
}
