package io.engram.querier.fetch;

import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import java.util.List;

/**
 * What a reader sees that names its own replica: a Prometheus adds its external labels to the matchers of every remote
 * read. Those on replica labels choose nothing, or a reader whose samples came through its twin would find nothing; what it
 * gets carries its own replica's value, as it expects.
 *
 * @param own the equality matchers on replica labels; none where the reader names no replica
 */
public record ReplicaView(List<Matcher> own) {
    public static final ReplicaView NONE = new ReplicaView(List.of());

    public ReplicaView {
        own = List.copyOf(own);
    }

    /** The labels under which the reader sees a series. */
    Labels shown(Labels answered) {
        Labels shown = answered;
        for (Matcher matcher : own) {
            shown = shown.with(matcher.name(), matcher.value());
        }
        return shown;
    }
}
