package io.engram.model.limits;

import io.engram.model.labels.Matcher;
import io.engram.model.labels.SelectorReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which of a tenant's active series are counted apart, as Mimir's custom trackers. Written {@code
 * dev:{env="dev"};errors:{__name__=~".*_errors_total"}}.
 */
public record ActiveSeriesTrackers(List<Tracker> trackers) {
    /** Each costs a selection whenever series are counted. */
    private static final int MAX_TRACKERS = 100;

    public static final ActiveSeriesTrackers NONE = new ActiveSeriesTrackers(List.of());

    /** @param name becomes a label of the metric */
    public record Tracker(String name, List<Matcher> matchers) {
        public Tracker {
            matchers = List.copyOf(matchers);
        }

        @Override
        public String toString() {
            return name + ":" + SelectorReader.text(matchers);
        }
    }

    public ActiveSeriesTrackers {
        trackers = List.copyOf(trackers);
        if (trackers.size() > MAX_TRACKERS) {
            throw new IllegalArgumentException("at most " + MAX_TRACKERS + " trackers");
        }
        Set<String> names = new HashSet<>();
        for (Tracker tracker : trackers) {
            if (!names.add(tracker.name)) {
                throw new IllegalArgumentException("one tracker named " + tracker.name + ", not two");
            }
        }
    }

    /**
     * Reads what {@link #toString} writes; selectors may have any form that PromQL knows.
     *
     * @throws IllegalArgumentException saying what is expected
     */
    public static ActiveSeriesTrackers parse(String text) {
        SelectorReader reader = new SelectorReader(text);
        List<Tracker> trackers = new ArrayList<>();
        while (!reader.atEnd()) {
            String name = reader.upTo(':');
            if (name.isEmpty()) {
                throw reader.expected("a name and a selector such as dev:{env=\"dev\"}");
            }
            trackers.add(new Tracker(name, reader.next()));
            if (!reader.take(';') && !reader.atEnd()) {
                throw reader.expected("; or the end");
            }
        }
        return trackers.isEmpty() ? NONE : new ActiveSeriesTrackers(trackers);
    }

    @Override
    public String toString() {
        return trackers.stream().map(Tracker::toString).collect(Collectors.joining(";"));
    }
}
