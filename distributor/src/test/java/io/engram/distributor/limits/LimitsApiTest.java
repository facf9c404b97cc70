package io.engram.distributor.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.labels.SelectorReader;
import io.engram.model.limits.LabelSetBudgets;
import io.engram.model.limits.Limits;
import io.engram.model.limits.TenantUsage;
import io.engram.model.testing.StrictJson;
import io.engram.model.testing.TestLimits;
import io.engram.proto.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitsApiTest {
    private static final TenantId TENANT = new TenantId("a");
    private static final Limits LIMITS = TestLimits.with(Map.of(
            "maxSeries",
            1000,
            "maxSeriesPerMetric",
            40,
            "pastGracePeriod",
            Duration.ofHours(1),
            "ingestionRate",
            100,
            "maxExemplars",
            100,
            "maxMetadataMetrics",
            0,
            "seriesBudgets",
            LabelSetBudgets.parse("{team=\"x\"}=20,{team=\"x\",env!=\"dev\"}=10,{}=7,{env=\"only-counted\"}=0")));

    /** 900 series, 37 of metric m, 12, 5, 3 and 2 in the budgets, room for 5000 in memory. */
    private static final Usage USAGE = new Usage() {
        @Override
        public TenantUsage usage(TenantId tenant) {
            return new TenantUsage(900, List.of(12, 5, 3, 2), "big", 39, 70, 3, 4321, 5000);
        }

        @Override
        public long seriesOfMetric(TenantId tenant, String metric) {
            return metric.equals("m") ? 37 : 0;
        }
    };

    private static Capacity capacity(long series, String match) {
        return Capacity.of(LIMITS, USAGE, TENANT, series, SelectorReader.selector(match));
    }

    @Test
    void userLimitsShowsEachLimitWithItsValueAndWhatIsLeft() {
        Map<String, Object> json =
                StrictJson.object(UserLimits.json(TENANT, LIMITS, USAGE.usage(TENANT), new SendingRate(81.6, 500, 420))
                        .strip());

        Map<?, ?> limits = (Map<?, ?>) json.get("limits");
        assertEquals(Limits.class.getRecordComponents().length, limits.size());
        assertEquals(StrictJson.parse("{\"value\":1000,\"used\":900,\"left\":100}"), limits.get("max-series"));
        assertEquals(
                StrictJson.parse("{\"value\":40,\"used\":39,\"left\":1,\"metric\":\"big\"}"),
                limits.get("max-series-per-metric"));
        assertEquals(StrictJson.parse("{\"value\":\"1h\"}"), limits.get("past-grace-period"));
        assertEquals(StrictJson.parse("{\"value\":100,\"used\":82,\"left\":18}"), limits.get("ingestion-rate"));
        assertEquals(StrictJson.parse("{\"value\":0,\"used\":80,\"left\":420}"), limits.get("ingestion-burst"));
        assertEquals(StrictJson.parse("{\"value\":100,\"used\":70,\"left\":30}"), limits.get("max-exemplars"));
        assertEquals(StrictJson.parse("{\"value\":0,\"used\":3}"), limits.get("max-metadata-metrics"));
        assertEquals(
                StrictJson.parse("{\"value\":[\"__replica__\",\"prometheus_replica\"]}"), limits.get("replica-labels"));
        List<?> budgets = (List<?>) ((Map<?, ?>) limits.get("series-budgets")).get("budgets");
        assertEquals(
                StrictJson.parse("{\"selector\":\"{team=\\\"x\\\"}\",\"value\":20,\"used\":12,\"left\":8}"),
                budgets.get(0));
        assertEquals(
                StrictJson.parse("{\"selector\":\"{env=\\\"only-counted\\\"}\",\"value\":0,\"used\":2}"),
                budgets.get(3));
        assertEquals(StrictJson.parse("{\"series\":4321,\"room\":5000}"), json.get("instance"));
    }

    @Test
    void theTenantsLimitAndTheMemoryAlwaysCount() {
        assertTrue(capacity(100, "{team=\"z\",env=\"dev\",a=\"b\"}").rooms().stream()
                .anyMatch(room -> room.key().equals("limits.max-series") && room.room() == 100));
        assertFalse(capacity(101, "{team=\"z\"}").fits());
        Capacity unlimited = Capacity.of(TestLimits.with(Map.of()), USAGE, TENANT, 5000, List.of());
        assertTrue(unlimited.fits());
        assertEquals(
                "fits: 5000 more series of tenant a fit; ingester.max-series leaves room for 5000", unlimited.text());
        assertFalse(Capacity.of(TestLimits.with(Map.of()), USAGE, TENANT, 5001, List.of())
                .fits());
    }

    @Test
    void aMetricCountsWhereItIsNamed() {
        assertTrue(capacity(3, "m{team=\"z\",env=\"dev\"}").fits());
        assertEquals(
                "full: 4 more series of tenant a do not fit; limits.max-series-per-metric m (37 of 40) leaves room for 3;"
                        + " ingester.max-series leaves room for 5000",
                capacity(4, "m{team=\"x\",env=\"dev\"}").text());
        assertTrue(capacity(4, "other{team=\"z\",env=\"dev\"}").fits());
    }

    @Test
    void budgetsCountWhereTheKnownLabelsFallUnderThem() {
        assertTrue(capacity(5, "{team=\"x\",env=\"prod\"}").fits());
        assertFalse(capacity(6, "{team=\"x\",env=\"prod\"}").fits());
        assertTrue(capacity(8, "{team=\"x\",env=\"dev\"}").fits());
        assertFalse(capacity(9, "{team=\"x\",env=\"dev\"}").fits());
        assertFalse(capacity(5, "{team=\"y\",env=\"dev\"}").fits(), "the default budget has room for 4");
        assertTrue(capacity(4, "{team=\"y\",env=\"dev\"}").fits());
        assertTrue(capacity(50, "{team=\"y\",env=\"only-counted\"}").fits(), "it counts there, not by default");
    }

    @Test
    void budgetsThatUnknownLabelsDecideAreToldAndDoNotDecide() {
        Capacity some = capacity(6, "{team=\"x\"}");

        assertTrue(some.fits());
        assertEquals(
                "fits: 6 more series of tenant a fit; where they fall under it, limits.series-budgets"
                        + " {team=\"x\",env!=\"dev\"} (5 of 10) leaves room for 5;"
                        + " ingester.max-series leaves room for 5000",
                some.text());
        Map<String, Object> json = StrictJson.object(some.json().strip());
        assertEquals(true, json.get("fits"));
        assertTrue(((List<?>) json.get("limits"))
                .contains(StrictJson.parse(
                        "{\"key\":\"limits.series-budgets\",\"selector\":\"{team=\\\"x\\\",env!=\\\"dev\\\"}\","
                                + "\"limit\":10,\"used\":5,\"room\":5,\"fits\":false,\"certain\":false}")));
    }
}
