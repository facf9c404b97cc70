package io.engram.ingester.replicas;

import io.engram.server.http.Json;
import java.util.List;
import java.util.function.BiConsumer;

/** Prints replicas as JSON; times in ms since the epoch. */
final class ReplicasJson {
    private final StringBuilder json = new StringBuilder();

    private ReplicasJson() {}

    static String print(List<TenantReplicas> tenants) {
        ReplicasJson out = new ReplicasJson();
        out.json.append('{');
        out.list("tenants", tenants, ReplicasJson::tenant);
        return out.json.append("}\n").toString();
    }

    private void tenant(TenantReplicas tenant) {
        string("tenant", tenant.tenant().value());
        json.append(',');
        number("uncountedSeries", tenant.uncountedSeries());
        list("clusters", tenant.clusters(), ReplicasJson::cluster);
    }

    private void cluster(ClusterStatus cluster) {
        string("cluster", cluster.name());
        json.append(',');
        string("leader", cluster.leader());
        json.append(',');
        list("replicas", cluster.replicas(), ReplicasJson::replica);
    }

    private void replica(ReplicaStatus replica) {
        string("replica", replica.name());
        json.append(",\"silent\":").append(replica.silent()).append(',');
        number("newestMs", replica.newestMs());
        number("lagMs", replica.lagMs());
        number("offsetMs", replica.offsetMs());
        number("samples", replica.samples());
        number("series", replica.series());
        list("gaps", replica.gaps(), ReplicasJson::gap);
    }

    private void gap(ReplicaGap gap) {
        number("fromMs", gap.fromMs());
        number("toMs", gap.toMs());
        number("samples", gap.samples());
        json.append("\"expected\":").append(gap.expected());
    }

    private void string(String name, String value) {
        json.append('"').append(name).append("\":");
        Json.quote(value, json);
    }

    /** With a comma behind it: something follows every number but the last. */
    private void number(String name, long value) {
        json.append('"').append(name).append("\":").append(value).append(',');
    }

    private <T> void list(String name, List<T> items, BiConsumer<ReplicasJson, T> print) {
        json.append('"').append(name).append("\":[");
        String separator = "{";
        for (T item : items) {
            json.append(separator);
            print.accept(this, item);
            json.append('}');
            separator = ",{";
        }
        json.append(']');
    }
}
