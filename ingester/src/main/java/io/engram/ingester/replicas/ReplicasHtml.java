package io.engram.ingester.replicas;

import io.engram.server.http.Html;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints replicas as a page for people; times in UTC. */
final class ReplicasHtml {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int GAPS_SHOWN = 10;
    private static final String PHASE =
            "Where its newest sample lies from the leader's: -7.0 s is 7 s before it. Of this moment:"
                    + " the server may have scraped another target last";

    private ReplicasHtml() {}

    static String print(List<TenantReplicas> tenants) {
        StringBuilder page = new StringBuilder("""
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>Replicas – Engram</title>
                <style>body{font-family:sans-serif}table{border-collapse:collapse}td,th{border:1px solid #aaa;padding:.2em .6em;\
                text-align:left}.silent{color:#b00}</style></head><body>
                <h1>Replicas</h1>
                """);
        if (tenants.isEmpty()) {
            page.append("<p>No series with a replica label (<code>limits.replica-labels</code>) has come yet.</p>\n");
        }
        for (TenantReplicas tenant : tenants) {
            tenant(tenant, page);
        }
        page.append(
                "<p>Where <code>limits.ha-tracker-enabled</code> keeps one replica only, there is nothing to count: "
                        + "distributors show who is elected at <a href=\"/distributor/ha_tracker\">/distributor/ha_tracker</a>.</p>\n");
        return page.append("<p><a href=\"?format=json\">JSON</a></p>\n</body></html>\n")
                .toString();
    }

    private static void tenant(TenantReplicas tenant, StringBuilder page) {
        page.append("<h2>Tenant ").append(Html.escape(tenant.tenant().value())).append("</h2>\n");
        if (tenant.uncountedSeries() > 0) {
            page.append("<p class=\"silent\">")
                    .append(tenant.uncountedSeries())
                    .append(
                            " series came from more replicas than are counted; who leads among those goes by name.</p>\n");
        }
        page.append("<table>\n<tr><th>Cluster</th><th>Replica</th><th></th><th>Lag</th>")
                .append("<th title=\"")
                .append(PHASE)
                .append(
                        "\">Phase</th><th>Samples, last 5 min</th><th>Series</th><th>Gaps of the last hours (UTC)</th></tr>\n");
        for (ClusterStatus cluster : tenant.clusters()) {
            for (ReplicaStatus replica : cluster.replicas()) {
                row(cluster, replica, page);
            }
        }
        page.append("</table>\n");
    }

    private static void row(ClusterStatus cluster, ReplicaStatus replica, StringBuilder page) {
        page.append(replica.silent() ? "<tr class=\"silent\">" : "<tr>");
        cell(Html.escape(cluster.name()), page);
        cell(Html.escape(replica.name()), page);
        cell((replica.name().equals(cluster.leader()) ? "leads" : "") + (replica.silent() ? " silent" : ""), page);
        cell(replica.lagMs() / 1000 + " s", page);
        cell(phase(cluster, replica), page);
        cell(Long.toString(replica.samples()), page);
        cell(Long.toString(replica.series()), page);
        cell(gaps(replica.gaps()), page);
        page.append("</tr>\n");
    }

    /** Empty for the leader, and where one of the two is silent: then that is its lag, and no phase. */
    private static String phase(ClusterStatus cluster, ReplicaStatus replica) {
        boolean leaderSends =
                cluster.replicas().stream().anyMatch(of -> of.name().equals(cluster.leader()) && !of.silent());
        return replica.name().equals(cluster.leader()) || replica.silent() || !leaderSends
                ? ""
                : String.format(Locale.ROOT, "%+.1f s", replica.offsetMs() / 1000.0);
    }

    private static void cell(String text, StringBuilder page) {
        page.append("<td>").append(text).append("</td>");
    }

    private static String gaps(List<ReplicaGap> gaps) {
        String newest = gaps.reversed().stream()
                .limit(GAPS_SHOWN)
                .map(gap -> MINUTE.format(Instant.ofEpochMilli(gap.fromMs()))
                        + "–"
                        + MINUTE.format(Instant.ofEpochMilli(gap.toMs()))
                        + " (" + gap.samples() + " of " + gap.expected() + ")")
                .collect(Collectors.joining(", "));
        return gaps.size() > GAPS_SHOWN ? newest + ", and " + (gaps.size() - GAPS_SHOWN) + " before" : newest;
    }
}
