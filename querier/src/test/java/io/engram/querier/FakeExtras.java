package io.engram.querier;

import io.engram.model.TenantId;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.read.SeriesExemplars;
import io.engram.proto.MetadataSource;
import io.engram.proto.SelectExemplars;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Exemplars and metadata of the test's tenant, as they are put in; what of them a selector would find is found. */
final class FakeExtras implements SelectExemplars, MetadataSource {
    final List<SeriesExemplars> exemplars = new ArrayList<>();
    final List<MetricMetadata> metadata = new ArrayList<>();
    /** The questions so far. */
    final List<Query> asked = new ArrayList<>();
    /** What whoever asks is told. */
    final List<String> infos = new ArrayList<>();

    @Override
    public List<SeriesExemplars> selectExemplars(Query query) {
        asked.add(query);
        return exemplars.stream()
                .filter(one -> query.tenant().equals(TestApi.TENANT))
                .filter(one -> query.selectors().stream().anyMatch(selector -> selector.stream()
                        .allMatch(matcher -> matcher.matches(one.series().get(matcher.name())))))
                .toList();
    }

    @Override
    public List<SeriesExemplars> selectExemplars(Query query, Consumer<String> told) {
        infos.forEach(told);
        return selectExemplars(query);
    }

    @Override
    public List<MetricMetadata> metadata(TenantId tenant, String metric) {
        return metadata.stream()
                .filter(entry -> tenant.equals(TestApi.TENANT))
                .filter(entry -> metric.isEmpty() || metric.equals(entry.metric()))
                .toList();
    }

    @Override
    public List<MetricMetadata> metadata(TenantId tenant, String metric, Consumer<String> told) {
        infos.forEach(told);
        return metadata(tenant, metric);
    }
}
