package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TenantsIT {
    @Test
    void tenantsNeverSeeEachOther() throws Exception {
        Path folder = ServerProcess.folder(TenantsIT.class);
        long now = System.currentTimeMillis();
        try (ServerProcess engram = ServerProcess.engram(folder, "--self-monitoring.enabled=false")) {
            engram.startAndAwait("/ready");
            for (String tenant : List.of("red", "blue")) {
                Map<String, String> labels = Map.of("__name__", "secret_" + tenant, "owner", tenant);
                assertEquals(
                        204,
                        new RemoteWrite()
                                .add(labels, now, 1)
                                .send(engram, tenant)
                                .statusCode());
            }
            for (String path : List.of(
                    "/prometheus/api/v1/query?query=" + Http.encode("{owner=~\".+\"}"),
                    "/prometheus/api/v1/series?match[]=" + Http.encode("{owner=~\".+\"}"),
                    "/prometheus/api/v1/labels",
                    "/prometheus/api/v1/label/__name__/values",
                    "/prometheus/api/v1/label/owner/values",
                    "/federate?match[]=" + Http.encode("{owner=~\".+\"}"))) {
                String red = Http.get(engram.url(path.replace("[]", "%5B%5D")), "X-Scope-OrgID", "red")
                        .body();
                assertFalse(red.contains("blue"), () -> path + " showed the other tenant: " + red);
                assertTrue(red.contains("red") || path.endsWith("labels"), () -> path + " misses its own: " + red);
                String nobody = Http.get(engram.url(path.replace("[]", "%5B%5D")), "X-Scope-OrgID", "green")
                        .body();
                assertFalse(nobody.contains("secret"), () -> path + " showed data to a stranger: " + nobody);
            }
        }
    }

    @Test
    void missingTenantIsRefusedWhereOneIsRequired() throws Exception {
        Path folder = ServerProcess.folder(TenantsIT.class);
        try (ServerProcess engram = ServerProcess.engram(folder, "--auth.require-tenant=true")) {
            engram.startAndAwait("/ready");
            var answer = Http.get(engram.url("/prometheus/api/v1/query?query=up"));
            assertEquals(401, answer.statusCode());
            assertTrue(answer.body().contains("no org id"), answer::body);
            assertEquals(
                    400,
                    Http.get(engram.url("/prometheus/api/v1/query?query=up"), "X-Scope-OrgID", "a/b")
                            .statusCode());
        }
    }
}
