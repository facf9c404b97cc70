package io.engram.ingester.replicas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.server.metrics.Metrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReplicasPageTest {
    private static final TenantReplicas TEAM = new TenantReplicas(
            new TenantId("team-a"),
            List.of(new ClusterStatus(
                    "<eu> \"1\"",
                    "b",
                    List.of(
                            new ReplicaStatus(
                                    "a",
                                    1_000,
                                    400_000,
                                    -399_500,
                                    0,
                                    0,
                                    List.of(new ReplicaGap(300_000, 900_000, 3, 40))),
                            new ReplicaStatus("b", 400_500, 500, 0, 20, 2, List.of()),
                            new ReplicaStatus("c", 393_460, 7_540, -7_040, 20, 2, List.of())))),
            7);

    @Test
    void jsonSaysAllThereIs() {
        assertEquals(
                "{\"tenants\":[{\"tenant\":\"team-a\",\"uncountedSeries\":7,\"clusters\":[{\"cluster\":\"<eu> \\\"1\\\"\",\"leader\":\"b\","
                        + "\"replicas\":[{\"replica\":\"a\",\"silent\":true,\"newestMs\":1000,\"lagMs\":400000,\"offsetMs\":-399500,\"samples\":0,\"series\":0,"
                        + "\"gaps\":[{\"fromMs\":300000,\"toMs\":900000,\"samples\":3,\"expected\":40}]},"
                        + "{\"replica\":\"b\",\"silent\":false,\"newestMs\":400500,\"lagMs\":500,\"offsetMs\":0,\"samples\":20,\"series\":2,"
                        + "\"gaps\":[]},"
                        + "{\"replica\":\"c\",\"silent\":false,\"newestMs\":393460,\"lagMs\":7540,\"offsetMs\":-7040,\"samples\":20,\"series\":2,"
                        + "\"gaps\":[]}]}]}]}\n",
                ReplicasJson.print(List.of(TEAM)));
        assertEquals("{\"tenants\":[]}\n", ReplicasJson.print(List.of()));
    }

    @Test
    void htmlEscapesNamesAndShowsWhoLeadsAndWhoIsSilent() {
        String page = ReplicasHtml.print(List.of(TEAM));
        assertTrue(
                page.contains(
                        "<tr class=\"silent\"><td>&lt;eu&gt; &quot;1&quot;</td><td>a</td><td> silent</td><td>400 s</td><td></td>"
                                + "<td>0</td><td>0</td><td>00:05–00:15 (3 of 40)</td></tr>"),
                page);
        assertTrue(page.contains("<td>b</td><td>leads</td><td>0 s</td><td></td><td>20</td><td>2</td><td></td>"), page);
        assertTrue(page.contains("<td>c</td><td></td><td>7 s</td><td>-7.0 s</td><td>20</td>"), page);
        assertTrue(page.contains("<th title=\"Where its newest sample lies from the leader's"), page);
        assertTrue(page.contains("7 series came from more replicas"), page);
        assertTrue(ReplicasHtml.print(List.of()).contains("No series with a replica label"));
    }

    @Test
    void aSilentLeaderIsNoMeasureOfAPhase() {
        List<ReplicaStatus> replicas = List.of(
                new ReplicaStatus("a", 1_000, 400_000, 0, 0, 0, List.of()),
                new ReplicaStatus("b", 400_500, 500, 399_500, 20, 2, List.of()));
        String page = ReplicasHtml.print(
                List.of(new TenantReplicas(TEAM.tenant(), List.of(new ClusterStatus("eu", "a", replicas)), 0)));
        assertTrue(page.contains("<td>b</td><td></td><td>0 s</td><td></td><td>20</td>"), page);
    }

    @Test
    void metricsFollowTheReplicasAndAreBounded() {
        Metrics metrics = new Metrics();
        List<TenantReplicas> now = new ArrayList<>(List.of(TEAM));
        try (ReplicaMetrics shown = new ReplicaMetrics(() -> now, metrics)) {
            shown.pass();
            assertEquals(
                    List.of("a 0.0", "b 1.0", "c 0.0"),
                    samples(metrics, "engram_replica_leads"),
                    "leads, by name of replica");
            assertEquals(
                    List.of("a 1.0", "b 400.5", "c 393.46"), samples(metrics, "engram_replica_newest_sample_seconds"));
            assertEquals(List.of("a 1.0", "b 0.0", "c 0.0"), samples(metrics, "engram_replica_gaps"));
            List<ReplicaStatus> many = new ArrayList<>();
            for (int i = 0; i < ReplicaMetrics.MOST_REPLICAS + 10; i++) {
                many.add(new ReplicaStatus("r" + i, 0, 0, 0, 1, 1, List.of()));
            }
            now.set(0, new TenantReplicas(TEAM.tenant(), List.of(new ClusterStatus("", "r0", many)), 0));
            shown.pass();
            List<String> left = samples(metrics, "engram_replica_leads");
            assertEquals(ReplicaMetrics.MOST_REPLICAS, left.size());
            assertFalse(left.contains("a 0.0"), "those that are gone are shown no more");
        }
    }

    @Test
    void alertsAskForMetricsThatExist() throws Exception {
        Metrics metrics = new Metrics();
        Set<String> known = new TreeSet<>();
        try (ReplicaMetrics shown = new ReplicaMetrics(() -> List.of(TEAM), metrics)) {
            shown.pass();
            metrics.forEachSample((name, labels, value) -> known.add(name));
        }
        List<String> asked = Pattern.compile("\\bengram_[a-z_]+")
                .matcher(Files.readString(Path.of("..", "deploy", "alerts", "replicas.yml")))
                .results()
                .map(MatchResult::group)
                .toList();
        assertEquals(4, asked.size());
        assertTrue(known.containsAll(asked), () -> known + " lack some of " + asked);
    }

    private static List<String> samples(Metrics metrics, String name) {
        List<String> found = new ArrayList<>();
        metrics.forEachSample((of, labels, value) -> {
            if (of.equals(name)) {
                List<String> all = List.of(labels);
                found.add(all.get(all.indexOf("replica") + 1) + " " + value);
            }
        });
        return found;
    }
}
