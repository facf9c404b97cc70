package io.engram.proto;

import io.engram.model.TenantId;
import io.engram.model.metadata.MetricMetadata;
import java.util.List;
import java.util.function.Consumer;

/** The way to what senders said of their metrics, in this process or behind gRPC. Safe for many threads. */
public interface MetadataSource {
    /**
     * What is known of the tenant's metrics. A metric of which several things were said has as many entries, the one said
     * last first; metrics come in no particular order, the entries of each together.
     *
     * @param metric the only metric to tell of; empty for all
     */
    List<MetricMetadata> metadata(TenantId tenant, String metric);

    /** The same; {@code infos} takes what whoever asked should know of how it was found, a sentence each. */
    default List<MetricMetadata> metadata(TenantId tenant, String metric, Consumer<String> infos) {
        return metadata(tenant, metric);
    }
}
