package io.engram.querier;

import io.engram.proto.Cardinality;
import io.engram.proto.MetadataSource;
import io.engram.proto.Select;
import io.engram.proto.SelectExemplars;
import java.util.List;

/**
 * Whom a querier asks.
 *
 * @param samples for series and their samples; series that several have are joined
 * @param exemplars for exemplars, which several may have
 * @param metadata for what senders say of metrics
 * @param cardinality for how many series there are
 */
public record Sources(
        List<Select> samples, List<SelectExemplars> exemplars, List<MetadataSource> metadata, Cardinality cardinality) {
    public Sources {
        samples = List.copyOf(samples);
        exemplars = List.copyOf(exemplars);
        metadata = List.copyOf(metadata);
    }
}
