package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.limits.LabelSetBudget;
import io.engram.model.limits.LabelSetBudgets;
import io.engram.model.limits.Limits;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.Seeds;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New series are admitted by limits and budgets; those that exist go on. */
class SeriesLimitsTest {
    private static final TenantId A = new TenantId("a");
    private static final TenantId B = new TenantId("b");
    private static final long HOUR = 3_600_000;

    @TempDir
    private Path dir;

    private volatile Limits limits = limits(Map.of());

    private static Limits limits(Map<String, ?> changed) {
        Map<String, Object> all = new HashMap<>(Map.of("retention", Duration.ZERO));
        all.putAll(changed);
        return io.engram.model.testing.TestLimits.with(all);
    }

    private void budgets(String text) {
        limits = limits(Map.of("seriesBudgets", LabelSetBudgets.parse(text)));
    }

    private Heads open() throws IOException {
        return Heads.open(dir, config(), tenant -> limits, new ManualClock(0), RecoveryProgress.NONE);
    }

    private static HeadConfig config() {
        return HeadConfig.DEFAULTS.withWalSync(HeadConfig.WalSync.INTERVAL);
    }

    private static Labels labels(String metric, String... more) {
        String[] all = new String[more.length + 2];
        all[0] = "__name__";
        all[1] = metric;
        System.arraycopy(more, 0, all, 2, more.length);
        return Labels.of(all);
    }

    private static WriteOutcome append(Heads heads, TenantId tenant, long timeMs, Labels... series)
            throws InterruptedException {
        TestBatch batch = new TestBatch(tenant);
        for (Labels labels : series) {
            batch.series(labels).sample(timeMs, 1);
        }
        return heads.append(batch.build()).await();
    }

    @Test
    void aTenantOverItsLimitKeepsWhatItHasAndOthersAreNotTouched() throws Exception {
        limits = limits(Map.of("maxSeries", 2));
        try (Heads heads = open()) {
            WriteOutcome outcome = append(heads, A, 1, labels("m1"), labels("m2"), labels("m3"), labels("m4"));
            assertEquals(2, outcome.count(SampleStatus.TENANT_SERIES_LIMIT));
            assertEquals(2, outcome.firstDetailMs(SampleStatus.TENANT_SERIES_LIMIT));
            Labels[] taken = new Labels[2]; // which ones of a batch are is not by their order
            Labels[] refused = new Labels[2];
            for (int i = 0, t = 0, r = 0; i < 4; i++) {
                Labels labels = labels("m" + (i + 1));
                if (outcome.of(i) == SampleStatus.STORED) {
                    taken[t++] = labels;
                } else {
                    refused[r++] = labels;
                }
            }

            assertSame(WriteOutcome.ALL_STORED, append(heads, A, 2, taken));
            assertSame(WriteOutcome.ALL_STORED, append(heads, B, 2, labels("m3"), labels("m4")));
            assertEquals(4, heads.stats().series());

            limits = limits(Map.of("maxSeries", 1)); // below what is there: nothing is taken away
            assertSame(WriteOutcome.ALL_STORED, append(heads, A, 3, taken));
            limits = limits(Map.of("maxSeries", 3));
            assertSame(WriteOutcome.ALL_STORED, append(heads, A, 3, refused[0]));
            assertEquals(1, append(heads, A, 3, refused[1]).refused());
        }
    }

    @Test
    void aMetricOverItsLimitLeavesOtherMetricsRoom() throws Exception {
        limits = limits(Map.of("maxSeriesPerMetric", 3));
        try (Heads heads = open()) {
            WriteOutcome outcome = append(
                    heads,
                    A,
                    1,
                    labels("m", "Z", "1"),
                    labels("m", "i", "2"),
                    labels("other"),
                    labels("m", "i", "3"),
                    labels("m", "i", "4"));
            assertEquals(SampleStatus.STORED, outcome.of(2));
            assertEquals(1, outcome.count(SampleStatus.METRIC_SERIES_LIMIT));
            assertEquals(1, outcome.refused());
            assertEquals(3, outcome.firstDetailMs(SampleStatus.METRIC_SERIES_LIMIT));
            assertEquals("m", heads.usage(A).biggestMetric());
            assertEquals(3, heads.usage(A).biggestMetricSeries());
            assertEquals(3, heads.seriesOfMetric(A, "m"));
        }
    }

    @Test
    void aSeriesCountsAgainstEachBudgetThatItFallsUnderAndTheDefaultTakesTheRest() throws Exception {
        budgets("{team=\"a\"}=2,{env=~\"d.*\"}=2,{team=\"\",env=\"prod\"}=0,{}=1");
        try (Heads heads = open()) {
            append(heads, A, 1, labels("m", "team", "a", "env", "dev"), labels("m", "team", "a", "env", "prod"));
            assertEquals(List.of(2, 1, 0, 0), heads.usage(A).budgetSeries());

            WriteOutcome outcome = append(
                    heads,
                    A,
                    1,
                    labels("m", "team", "a"), // first budget is full
                    labels("m", "team", "b", "env", "d"),
                    labels("m", "team", "c", "env", "d"), // second is full now, whichever of the two came first
                    labels("m", "env", "prod"), // third only counts
                    labels("x"),
                    labels("y")); // default is full now
            assertEquals(3, outcome.refused());
            assertEquals(SampleStatus.LABEL_SET_SERIES_LIMIT, outcome.of(0));
            assertEquals(SampleStatus.STORED, outcome.of(3));
            assertNotEquals(outcome.of(1), outcome.of(2));
            assertNotEquals(outcome.of(4), outcome.of(5));
            WriteOutcome again = append(heads, A, 1, labels("m", "team", "a"));
            long detail = again.firstDetailMs(SampleStatus.LABEL_SET_SERIES_LIMIT);
            assertEquals(0, WriteOutcome.budgetOf(detail));
            assertEquals(2, WriteOutcome.budgetSeriesOf(detail));
            assertEquals(List.of(2, 2, 1, 1), heads.usage(A).budgetSeries());
        }
        try (Heads heads = open()) { // counted anew from what recovery brought
            assertEquals(List.of(2, 2, 1, 1), heads.usage(A).budgetSeries());
            assertEquals(
                    SampleStatus.LABEL_SET_SERIES_LIMIT,
                    append(heads, A, 2, labels("z")).of(0));
        }
    }

    @Test
    void seriesThatGoGiveTheirPlacesBack() throws Exception {
        Limits hour = limits(Map.of(
                "retention",
                Duration.ofHours(1),
                "maxSeries",
                3,
                "maxSeriesPerMetric",
                2,
                "seriesBudgets",
                LabelSetBudgets.parse("{i=~\"[12]\"}=2")));
        limits = hour;
        try (Heads heads = open()) {
            append(heads, A, 0, labels("m", "i", "1"), labels("m", "i", "2"), labels("clock"));
            assertEquals(1, append(heads, A, 0, labels("m", "i", "3")).refused());
            append(heads, A, 3 * HOUR, labels("clock"));
            heads.maintain();
            assertEquals(List.of(0), heads.usage(A).budgetSeries());
            assertEquals(1, heads.usage(A).series());
            assertSame(
                    WriteOutcome.ALL_STORED, append(heads, A, 3 * HOUR, labels("m", "i", "1"), labels("m", "i", "3")));
            assertEquals(List.of(1), heads.usage(A).budgetSeries());
        }
    }

    @Test
    void countsStayExactWhateverComesGoesAndChanges() throws Exception {
        Seeds.check(5, random -> {
            Path folder = dir.resolve("seed" + random.nextInt());
            Heads heads = Heads.open(folder, config(), t -> limits, new ManualClock(0), RecoveryProgress.NONE);
            try {
                long nowMs = 0;
                for (int round = 0; round < 30; round++) {
                    if (random.nextInt(4) == 0) {
                        limits = randomLimits(random);
                    }
                    append(heads, A, nowMs, randomSeries(random));
                    nowMs += random.nextInt(1_800_000);
                    if (random.nextInt(6) == 0) {
                        heads.maintain();
                    }
                    if (random.nextInt(8) == 0) {
                        heads.close();
                        heads = Heads.open(folder, config(), t -> limits, new ManualClock(0), RecoveryProgress.NONE);
                    }
                    check(heads);
                }
            } finally {
                heads.close();
            }
        });
    }

    private Limits randomLimits(SplittableRandom random) {
        List<String> all =
                List.of("{}", "{team=\"0\"}", "{team!=\"1\"}", "{env=~\"1|2\",team=\"\"}", "{gone=\"x\"}", "m0");
        String text = all.stream()
                .filter(any -> random.nextBoolean())
                .map(selector -> selector + "=" + random.nextInt(12))
                .collect(Collectors.joining(","));
        return limits(Map.of("retention", Duration.ofHours(3), "seriesBudgets", LabelSetBudgets.parse(text)));
    }

    private static Labels[] randomSeries(SplittableRandom random) {
        Set<Labels> series = new TreeSet<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
            List<String> more = new ArrayList<>();
            for (String name : List.of("team", "env", "i")) {
                if (random.nextInt(3) > 0) {
                    more.addAll(List.of(name, "" + random.nextInt(3)));
                }
            }
            series.add(labels("m" + random.nextInt(3), more.toArray(String[]::new)));
        }
        return series.toArray(Labels[]::new);
    }

    private void check(Heads heads) {
        Set<Labels> there = HeadContents.all(heads, A).keySet();
        List<LabelSetBudget> budgets = limits.seriesBudgets().budgets();
        List<Integer> expected = new ArrayList<>();
        for (LabelSetBudget budget : budgets) {
            expected.add((int) there.stream()
                    .filter(labels -> budget.isDefault()
                            ? budgets.stream().noneMatch(other -> !other.isDefault() && passes(other, labels))
                            : passes(budget, labels))
                    .count());
        }
        assertEquals(there.size(), heads.usage(A).series());
        assertEquals(expected, heads.usage(A).budgetSeries(), () -> budgets + " over " + there);
    }

    private static boolean passes(LabelSetBudget budget, Labels labels) {
        return budget.matchers().stream().allMatch(matcher -> matcher.matches(labels.get(matcher.name())));
    }

    @Test
    void theLastTenthIsForTenantsBelowAnEqualShare() {
        SeriesBudget budget = new SeriesBudget(100, Long.MAX_VALUE / 2);
        budget.addTenant();
        assertEquals(100, budget.room(0, 0)); // alone it may have everything
        budget.addTenant();
        int big = 0;
        while (budget.tryTake(big, 0)) {
            big++;
        }
        assertEquals(90, big);
        assertEquals(0, budget.room(big, 0));
        int small = 0;
        while (budget.tryTake(small, 0)) {
            small++;
        }
        assertEquals(10, small);
        budget.give(1);
        assertEquals(1, budget.room(small, 0));
        assertEquals(0, budget.room(big, 0));
    }

    @Test
    void longLabelsUseUpTheMemoryBeforeManySeriesDo() throws Exception {
        SeriesBudget budget = new SeriesBudget(1_000, 1_000_000);
        budget.addTenant();
        assertTrue(budget.tryTake(0, 0));
        budget.addIndexBytes(999_000, 0);
        assertEquals(1, budget.room(1, 999_000));
        budget.addIndexBytes(1_000, 0);
        assertEquals(0, budget.room(1, 1_000_000));

        try (Heads heads = open()) {
            long before = heads.usage(A).instanceRoom();
            append(heads, A, 1, labels("m", "long", "x".repeat(50_000)));
            long room = heads.usage(A).instanceRoom();
            assertTrue(before - room > 50_000 / 700 && before - room < 120, () -> before + " then " + room);
        }
    }

    @Test
    void tenantsBeyondWhatTheInstanceHoldsAreRefused() throws Exception {
        try (Heads heads =
                Heads.open(dir, config().withMaxTenants(1), t -> limits, new ManualClock(0), RecoveryProgress.NONE)) {
            append(heads, A, 1, labels("m"));
            Failure refused = assertThrows(Failure.class, () -> append(heads, B, 1, labels("m")));
            assertEquals(ErrorId.INSTANCE_TENANT_LIMIT, refused.id());
            assertSame(WriteOutcome.ALL_STORED, append(heads, A, 2, labels("m")));
            assertEquals(List.of(A), heads.tenants());
        }
    }
}
