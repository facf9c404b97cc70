package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.metadata.MetricMetadata;
import io.engram.model.metadata.MetricType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetadataApiTest {
    private static final Map<String, String> LAST = Map.of("type", "gauge", "help", "As it is now.", "unit", "");
    private static final Map<String, String> FIRST = Map.of("type", "unknown", "help", "", "unit", "bytes");
    private static final Map<String, String> UP = Map.of("type", "histogram", "help", "\"up\"", "unit", "");

    private final TestApi api = new TestApi();

    @BeforeEach
    void fill() {
        api.extras.metadata.add(new MetricMetadata("up", MetricType.HISTOGRAM, "\"up\"", ""));
        api.extras.metadata.add(new MetricMetadata("a_bytes", MetricType.GAUGE, "As it is now.", ""));
        api.extras.metadata.add(new MetricMetadata("a_bytes", MetricType.UNKNOWN, "", "bytes"));
        api.extras.metadata.add(new MetricMetadata("a_bytes", MetricType.GAUGE, "As it is now.", "")); // another copy
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Object ask(String... parameters) {
        return ResultOf.value(api.get("metadata", parameters));
    }

    @Test
    void answersByMetricWithAllThatWasSaidOnce() {
        assertEquals(Map.of("a_bytes", List.of(LAST, FIRST), "up", List.of(UP)), ask());
        assertEquals(Map.of("up", List.of(UP)), ask("metric", "up"));
        assertEquals(Map.of(), ask("metric", "down"));
    }

    @Test
    void saysHowItWasFound() {
        api.extras.infos.add("a copy is missing");
        assertTrue(api.get("metadata").text().endsWith(",\"infos\":[\"a copy is missing\"]}"));
    }

    @Test
    void limitsAsPrometheusDoes() {
        assertEquals(Map.of("a_bytes", List.of(LAST, FIRST)), ask("limit", "1"));
        assertEquals(Map.of("a_bytes", List.of(LAST), "up", List.of(UP)), ask("limit_per_metric", "1"));
        assertEquals(Map.of(), ask("limit", "0"));
        assertEquals(
                Map.of("a_bytes", List.of(LAST, FIRST), "up", List.of(UP)),
                ask("limit", "-1", "limit_per_metric", "0"));
        assertEquals(400, api.get("metadata", "limit_per_metric", "1.5").status);
    }
}
