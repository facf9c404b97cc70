package io.engram.querier.fetch;

import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import java.util.List;

/**
 * What a reader sees that names its own replica: a Prometheus adds its external labels to the matchers of every remote
 * read. Those on replica labels choose nothing, or a reader whose samples came through its twin would find nothing; of
 * twins it gets its own series, else one without replica labels, else the first. All of them carry its own replica's
 * value, as it expects.
 *
 * @param own the equality matchers on replica labels; none where the reader sees the series as they are
 */
public record ReplicaView(List<Matcher> own) {
    public static final ReplicaView AS_STORED = new ReplicaView(List.of());

    public ReplicaView {
        own = List.copyOf(own);
    }

    /** The labels under which the reader sees a series. Twins have the same. */
    Labels shown(Labels stored) {
        Labels shown = stored;
        for (Matcher matcher : own) {
            shown = shown.with(matcher.name(), matcher.value());
        }
        return shown;
    }

    /** Which of two twins to take: the one with the lower rank. */
    int rank(Labels stored) {
        boolean mine = true;
        boolean anybodys = true;
        for (Matcher matcher : own) {
            mine &= matcher.matches(stored.get(matcher.name()));
            anybodys &= !stored.has(matcher.name());
        }
        return mine ? 0 : anybodys ? 1 : 2;
    }
}
