package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.limits.Limits;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.metadata.MetricType;
import io.engram.model.read.Exemplar;
import io.engram.model.read.SeriesExemplars;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.Seeds;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a head keeps besides samples: exemplars and metadata. */
class ExtrasTest {
    private static final TenantId A = new TenantId("a");
    private static final Labels UP = Labels.of("__name__", "up", "job", "x");
    private static final Labels DOWN = Labels.of("__name__", "down", "job", "x");

    @TempDir
    Path dir;

    private volatile Limits limits = limits(Map.of());

    private static Limits limits(Map<String, ?> changed) {
        return io.engram.model.testing.TestLimits.with(changed);
    }

    private Heads open(Path at) throws IOException {
        return Heads.open(
                at,
                HeadConfig.DEFAULTS.withWalSync(HeadConfig.WalSync.INTERVAL),
                _ -> limits,
                new ManualClock(0),
                RecoveryProgress.NONE);
    }

    private static TestBatch batch() {
        return new TestBatch(A);
    }

    private static Map<Labels, List<Exemplar>> exemplars(Heads heads) {
        return exemplars(heads, List.of(List.of()), Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static Map<Labels, List<Exemplar>> exemplars(
            Heads heads, List<List<Matcher>> selectors, long minMs, long maxMs) {
        Map<Labels, List<Exemplar>> found = new TreeMap<>();
        for (SeriesExemplars series : heads.exemplars(A, selectors, minMs, maxMs)) {
            assertEquals(null, found.put(series.series(), series.exemplars()), "twice");
        }
        return found;
    }

    private static Exemplar exemplar(long timestampMs, double value, String... labels) {
        return new Exemplar(timestampMs, value, Labels.of(labels));
    }

    @Test
    void keepsExemplarsOfSeriesThatExistWithOrWithoutSamplesInTheRequest() throws Exception {
        try (Heads heads = open(dir)) {
            WriteOutcome first = heads.append(batch().series(UP)
                            .sample(1000, 1)
                            .exemplar(900, 0.5, "trace_id", "t1", "span", "ü")
                            .series(DOWN)
                            .exemplar(900, 1)
                            .build())
                    .await();
            WriteOutcome second = heads.append(
                            batch().knownSeries(UP).exemplar(950, 0.7).build())
                    .await();

            assertEquals(SampleStatus.STORED, first.of(1));
            assertEquals(SampleStatus.EXEMPLAR_REFUSED, first.of(2), "no series comes of an exemplar");
            assertEquals(0, second.refused());
            assertEquals(
                    Map.of(UP, List.of(exemplar(900, 0.5, "trace_id", "t1", "span", "ü"), exemplar(950, 0.7))),
                    exemplars(heads));
            assertEquals(1, heads.stats(A).series());
            assertEquals(new TenantExtraStats(2, 2, 0), heads.extraStats(A));
        }
    }

    @Test
    void judgesExemplarsBehindFloatsInTheOrderOfTheBatch() throws Exception {
        try (Heads heads = open(dir)) {
            WriteOutcome outcome = heads.append(batch().series(UP)
                            .sample(1000, 1)
                            .sample(2000, 1)
                            .exemplar(900, 1)
                            .exemplar(900, 1)
                            .exemplar(800, 1)
                            .exemplar(1000, 1, "trace_id", "x".repeat(120))
                            .exemplar(1100, 1, "trace_id", "x".repeat(121))
                            .build())
                    .await();

            assertEquals(
                    List.of(
                            SampleStatus.STORED,
                            SampleStatus.DUPLICATE,
                            SampleStatus.EXEMPLAR_REFUSED,
                            SampleStatus.STORED,
                            SampleStatus.EXEMPLAR_REFUSED),
                    List.of(outcome.of(2), outcome.of(3), outcome.of(4), outcome.of(5), outcome.of(6)));
            assertEquals(900, outcome.firstDetailMs(SampleStatus.EXEMPLAR_REFUSED));
        }
    }

    @Test
    void findsBySelectorsAndTimes() throws Exception {
        try (Heads heads = open(dir)) {
            for (Labels series : List.of(UP, DOWN)) {
                heads.append(batch().series(series)
                                .sample(1, 1)
                                .exemplar(10, 1)
                                .exemplar(20, 2)
                                .exemplar(30, 3)
                                .build())
                        .await();
            }
            List<Matcher> up = List.of(Matcher.equal("__name__", "up"));
            List<Matcher> jobs = List.of(new Matcher(Matcher.Type.REGEX, "job", "x|y"));

            assertEquals(Map.of(UP, List.of(exemplar(20, 2))), exemplars(heads, List.of(up), 11, 29));
            assertEquals(
                    Map.of(UP, List.of(exemplar(30, 3)), DOWN, List.of(exemplar(30, 3))),
                    exemplars(heads, List.of(up, jobs), 30, 30));
            assertEquals(Map.of(), exemplars(heads, List.of(up, jobs), 31, 100));
            assertEquals(Map.of(), exemplars(heads, List.of(), 0, 100));
        }
    }

    @Test
    void followsTheLimitAsItChanges() throws Exception {
        limits = limits(Map.of("maxExemplars", 3));
        try (Heads heads = open(dir)) {
            heads.append(batch().series(UP).sample(1, 1).build()).await();
            for (int i = 1; i <= 5; i++) {
                heads.append(batch().knownSeries(UP).exemplar(i, i).build()).await();
            }
            assertEquals(Map.of(UP, List.of(exemplar(3, 3), exemplar(4, 4), exemplar(5, 5))), exemplars(heads));

            limits = limits(Map.of("maxExemplars", 2));
            heads.append(batch().knownSeries(UP).exemplar(6, 6).build()).await();
            assertEquals(Map.of(UP, List.of(exemplar(5, 5), exemplar(6, 6))), exemplars(heads));

            limits = limits(Map.of("maxExemplars", 0));
            WriteOutcome off = heads.append(batch().knownSeries(UP)
                            .exemplar(7, 7)
                            .series(DOWN)
                            .exemplar(7, 7)
                            .build())
                    .await();
            assertEquals(0, off.refused(), "who keeps none says nothing");
            assertEquals(Map.of(), exemplars(heads));
            assertEquals(new TenantExtraStats(0, 6, 0), heads.extraStats(A));
        }
    }

    @Test
    void dropsExemplarsWithTheirSeriesAndBehindTheRetention() throws Exception {
        limits = limits(Map.of("retention", Duration.ofMillis(1000), "pastGracePeriod", Duration.ZERO));
        try (Heads heads = open(dir)) {
            heads.append(batch().series(UP).sample(1000, 1).exemplar(1000, 1).build())
                    .await();
            heads.append(batch().series(DOWN)
                            .sample(5000, 1)
                            .exemplar(1500, 1)
                            .exemplar(4500, 1)
                            .build())
                    .await();
            heads.maintain();

            assertEquals(Map.of(DOWN, List.of(exemplar(4500, 1))), exemplars(heads));
            assertEquals(1, heads.extraStats(A).exemplars());
        }
    }

    @Test
    void keepsWhatSendersSayOfMetricsTheLastSaidFirst() throws Exception {
        limits = limits(Map.of("maxMetadataMetrics", 2, "maxMetadataBytes", 5));
        try (Heads heads = open(dir)) {
            heads.append(batch().metadata("a", MetricType.GAUGE, "one", "")
                            .metadata("a", MetricType.GAUGE, "two", "s")
                            .metadata("", MetricType.GAUGE, "no name", "")
                            .metadata("b", MetricType.COUNTER, "long", "")
                            .metadata("a", MetricType.GAUGE, "one", "")
                            .build())
                    .await();
            MetricMetadata one = new MetricMetadata("a", MetricType.GAUGE, "one", "");
            MetricMetadata two = new MetricMetadata("a", MetricType.GAUGE, "two", "s");
            assertEquals(List.of(one, two), heads.metadata(A, "a"));
            assertEquals(3, heads.metadata(A, "").size());

            // The metric of which was told least recently gives way; texts are cut between characters.
            heads.append(batch().metadata("c", MetricType.SUMMARY, "äöü", "€€").build())
                    .await();
            assertEquals(List.of(one, two), heads.metadata(A, "a"));
            assertEquals(List.of(), heads.metadata(A, "b"));
            assertEquals(List.of(new MetricMetadata("c", MetricType.SUMMARY, "äö", "€")), heads.metadata(A, "c"));
            assertEquals(2, heads.extraStats(A).metadataMetrics());

            for (String help : List.of("3", "4", "5", "6")) {
                heads.append(batch().metadata("a", MetricType.GAUGE, help, "").build())
                        .await();
            }
            assertEquals(
                    List.of("6", "5", "4", "3"),
                    heads.metadata(A, "a").stream().map(MetricMetadata::help).toList());
            assertEquals(List.of(), heads.metadata(new TenantId("b"), ""));
        }
    }

    @Test
    void comesBackFromTheLogAndFromCheckpoints() throws Exception {
        limits = limits(Map.of("maxExemplars", 40, "maxMetadataMetrics", 6));
        SplittableRandom random = Seeds.random();
        Path at = dir.resolve("0");
        long timeMs = 0;
        for (int life = 1; life <= 6; life++) {
            Path killed = dir.resolve(Integer.toString(life));
            Map<Labels, List<Exemplar>> expected;
            List<String> metadata;
            try (Heads heads = open(at)) {
                assertTrue(heads.stats().recovery().lossless());
                for (int i = random.nextInt(40); i > 0; i--) {
                    TestBatch batch = batch();
                    for (int s = random.nextInt(4); s > 0; s--) {
                        batch.series(Labels.of("__name__", "m", "i", "" + random.nextInt(12)))
                                .sample(timeMs++, 1)
                                .exemplar(timeMs++, random.nextInt(5), "trace_id", "t" + random.nextInt(1000));
                    }
                    heads.append(batch.metadata(
                                            "m" + random.nextInt(9),
                                            MetricType.values()[random.nextInt(8)],
                                            "h".repeat(random.nextInt(200))
                                                    + timeMs++, // news, or only recency would change
                                            "")
                                    .build())
                            .await();
                    if (random.nextInt(15) == 0) {
                        assertTrue(heads.checkpoint());
                    }
                }
                expected = exemplars(heads);
                metadata = heads.metadata(A, "").stream()
                        .map(Object::toString)
                        .sorted()
                        .toList();
                HeadRestartTest.copyTree(at, killed);
            }
            for (Path again : List.of(killed, at)) { // the second was stopped in order
                try (Heads heads = open(again)) {
                    assertEquals(expected, exemplars(heads), again::toString);
                    assertEquals(
                            metadata,
                            heads.metadata(A, "").stream()
                                    .map(Object::toString)
                                    .sorted()
                                    .toList());
                }
            }
            at = killed;
        }
    }
}
