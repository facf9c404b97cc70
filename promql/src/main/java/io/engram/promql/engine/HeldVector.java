package io.engram.promql.engine;

import io.engram.model.labels.Labels;
import io.engram.promql.engine.functions.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A vector in memory. A row is null where its series has no value. Immutable once made. */
record HeldVector(SeriesSet series, Row[] rows) {
    static final HeldVector EMPTY = new HeldVector(SeriesSet.EMPTY, new Row[0]);

    /** Reads all of {@code operator}, in several threads where it is large; its samples count as held from then on. */
    static HeldVector of(QueryContext context, VectorOperator operator, int steps) {
        SeriesSet series = operator.series();
        Row[] rows = new Row[series.size()];
        context.forEachPart(series.size(), () -> {
            Row row = new Row(steps);
            return (from, to) -> {
                try (VectorOperator.Reader reader = operator.read(from, to)) {
                    for (int i = from; reader.next(row); i++) {
                        int count = row.count();
                        if (count > 0) {
                            context.hold(steps);
                            rows[i] = row.copy();
                        }
                    }
                }
            };
        });
        return new HeldVector(series, rows);
    }

    /** Gives back what {@link #of} counted. */
    void release(QueryContext context) {
        for (Row row : rows) {
            if (row != null) {
                context.release(row.steps);
            }
        }
    }

    /** Collects series as they come up; those with equal labels become one. */
    static final class Builder {
        private final QueryContext context;
        private final int steps;
        private final Map<Labels, Integer> indexOf = new LinkedHashMap<>();
        private final List<Row> rows = new ArrayList<>();
        private final List<Boolean> dropName = new ArrayList<>();

        Builder(QueryContext context, int steps) {
            this.context = context;
            this.steps = steps;
        }

        /**
         * Sets a value.
         *
         * @throws QueryException where the series has one at that step
         */
        void set(Labels labels, boolean dropsName, int step, double value) {
            Row row = row(labels, dropsName, step);
            if (row.has(step)) {
                throw sameLabelset();
            }
            row.set(step, value);
        }

        /** Adds a whole series. */
        void add(Labels labels, boolean dropsName, Row values) {
            int first = values.next(0);
            if (first < 0) {
                return;
            }
            Row row = row(labels, dropsName, first);
            for (int word = 0; word < row.present.length; word++) {
                if ((row.present[word] & values.present[word]) != 0) {
                    throw sameLabelset();
                }
            }
            for (int step = first; step >= 0; step = values.next(step + 1)) {
                row.set(step, values.value[step]);
            }
        }

        /** Where several series become one, the earliest sample decides whether its name goes. */
        private Row row(Labels labels, boolean dropsName, int step) {
            Integer index = indexOf.get(labels);
            if (index == null) {
                context.hold(steps);
                indexOf.put(labels, rows.size());
                rows.add(new Row(steps));
                dropName.add(dropsName);
                return rows.getLast();
            }
            Row row = rows.get(index);
            if (dropName.get(index) != dropsName && step < row.next(0)) {
                dropName.set(index, dropsName);
            }
            return row;
        }

        HeldVector build() {
            boolean[] drops = new boolean[rows.size()];
            for (int i = 0; i < drops.length; i++) {
                drops[i] = dropName.get(i);
            }
            return new HeldVector(
                    new SeriesSet(indexOf.keySet().toArray(Labels[]::new), drops), rows.toArray(Row[]::new));
        }
    }

    static QueryException sameLabelset() {
        return QueryContext.failure("vector cannot contain metrics with the same labelset");
    }
}
