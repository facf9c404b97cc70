package io.engram.querier;

import io.engram.model.TenantId;
import io.engram.model.metadata.MetricMetadata;
import io.engram.proto.MetadataSource;
import io.engram.server.http.Exchange;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** {@code metadata}: what senders said of metrics, by metric. Limits mean what they mean in {@code web/api/v1/api.go}. */
final class MetadataEndpoint {
    private final List<MetadataSource> sources;
    private final QueryPool pool;
    private final long timeoutMs;

    MetadataEndpoint(List<MetadataSource> sources, QueryPool pool, long timeoutMs) {
        this.sources = sources;
        this.pool = pool;
        this.timeoutMs = timeoutMs;
    }

    void metadata(Exchange exchange, Answer answer) throws Exception {
        long limit = Parameters.count(exchange, "limit");
        long limitPerMetric = Parameters.count(exchange, "limit_per_metric");
        String metric = Parameters.orEmpty(exchange.parameter("metric"));
        TenantId tenant = exchange.tenant();
        Set<String> infos = new LinkedHashSet<>();
        Map<String, Set<MetricMetadata>> found =
                pool.run(() -> find(tenant, metric, infos::add), timeoutMs, new ClientWatch(exchange));
        Answer.Data data = json -> {
            json.beginObject();
            long metrics = limit < 0 ? Long.MAX_VALUE : limit;
            for (Map.Entry<String, Set<MetricMetadata>> entry : found.entrySet()) {
                if (metrics-- == 0) {
                    break;
                }
                json.name(entry.getKey());
                write(entry.getValue(), limitPerMetric > 0 ? limitPerMetric : Long.MAX_VALUE, json);
            }
            json.endObject();
        };
        answer.send(data, List.of(), List.copyOf(infos));
    }

    /** By metric, sorted; what several sources say once. */
    private Map<String, Set<MetricMetadata>> find(TenantId tenant, String metric, Consumer<String> infos) {
        Map<String, Set<MetricMetadata>> found = new TreeMap<>();
        for (MetadataSource source : sources) {
            for (MetricMetadata entry : source.metadata(tenant, metric, infos)) {
                found.computeIfAbsent(entry.metric(), _ -> new LinkedHashSet<>())
                        .add(entry);
            }
        }
        return found;
    }

    private static void write(Set<MetricMetadata> entries, long limit, JsonWriter json) throws IOException {
        json.beginArray();
        long left = limit;
        for (MetricMetadata entry : entries) {
            if (left-- == 0) {
                break;
            }
            json.beginObject()
                    .name("type")
                    .string(entry.type().text())
                    .name("help")
                    .string(entry.help())
                    .name("unit")
                    .string(entry.unit())
                    .endObject();
        }
        json.endArray();
    }
}
