package io.engram.querier.read;

import io.engram.model.labels.Matcher;
import java.util.List;

/** One query of a remote read: series that pass all matchers, samples in {@code [minTimeMs, maxTimeMs]}, both included. */
public record ReadQuery(List<Matcher> matchers, long minTimeMs, long maxTimeMs) {
    public ReadQuery {
        matchers = List.copyOf(matchers);
    }

    /** As a selector in PromQL, for logs. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (Matcher matcher : matchers) {
            text.append(text.length() > 1 ? "," : "").append(matcher);
        }
        return text.append('}').toString();
    }
}
