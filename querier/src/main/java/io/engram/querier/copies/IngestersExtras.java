package io.engram.querier.copies;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.read.Exemplar;
import io.engram.model.read.SeriesExemplars;
import io.engram.proto.MetadataSource;
import io.engram.proto.SelectExemplars;
import io.engram.ring.Instance;
import io.engram.ring.RingReads;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What there is beside samples on all ingesters of the ring, as of one: exemplars and metadata, each once. Safe for many
 * threads.
 */
public final class IngestersExtras implements SelectExemplars, MetadataSource {
    private final RingReads reads;
    private final Function<Instance, ? extends SelectExemplars> exemplars;
    private final Function<Instance, ? extends MetadataSource> metadata;

    /**
     * @param exemplars the way to an instance
     * @param metadata the same
     */
    public IngestersExtras(
            RingReads reads,
            Function<Instance, ? extends SelectExemplars> exemplars,
            Function<Instance, ? extends MetadataSource> metadata) {
        this.reads = reads;
        this.exemplars = exemplars;
        this.metadata = metadata;
    }

    @Override
    public List<SeriesExemplars> selectExemplars(Query query) {
        return selectExemplars(query, _ -> {});
    }

    @Override
    public List<SeriesExemplars> selectExemplars(Query query, Consumer<String> infos) {
        RingReads.Answers<List<SeriesExemplars>> answers =
                reads.ask(query.tenant(), instance -> exemplars.apply(instance).selectExemplars(query), _ -> {});
        answers.missing().notes().forEach(infos);
        Map<Labels, Set<Exemplar>> found = new LinkedHashMap<>();
        for (List<SeriesExemplars> some : answers.values()) {
            for (SeriesExemplars series : some) {
                found.computeIfAbsent(series.series(), _ -> new LinkedHashSet<>())
                        .addAll(series.exemplars());
            }
        }
        List<SeriesExemplars> all = new ArrayList<>(found.size());
        found.forEach((labels, of) -> all.add(new SeriesExemplars(labels, List.copyOf(of))));
        return all;
    }

    /** Of a metric of which ingesters say different things, what the first one heard last comes first. */
    @Override
    public List<MetricMetadata> metadata(TenantId tenant, String metric) {
        return metadata(tenant, metric, _ -> {});
    }

    @Override
    public List<MetricMetadata> metadata(TenantId tenant, String metric, Consumer<String> infos) {
        RingReads.Answers<List<MetricMetadata>> answers =
                reads.ask(tenant, instance -> metadata.apply(instance).metadata(tenant, metric), _ -> {});
        answers.missing().notes().forEach(infos);
        Map<String, Set<MetricMetadata>> found = new LinkedHashMap<>();
        for (List<MetricMetadata> some : answers.values()) {
            for (MetricMetadata entry : some) {
                found.computeIfAbsent(entry.metric(), _ -> new LinkedHashSet<>())
                        .add(entry);
            }
        }
        return found.values().stream().flatMap(Set::stream).toList();
    }
}
