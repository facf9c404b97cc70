package io.engram.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.Counter;
import io.engram.model.TenantId;
import io.engram.model.testing.ManualClock;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ExpositionTest {
    private static final Pattern LINE = Pattern.compile(
            "([a-zA-Z_:][a-zA-Z0-9_:]*(?:\\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\",?)*})?)"
                    + " (-?[0-9.E+-]+|NaN|[+-]Inf)");

    private final Metrics metrics = new Metrics();

    @Test
    void writesCountersGaugesAndHistogramsWithHelpAndType() {
        metrics.counter("a_total", "Some\nhelp \\.", "tenant", "x\"\\\ny").inc(3);
        metrics.gauge("b", "A gauge.", () -> 1.5);
        Histogram histogram = metrics.histogram("c_seconds", "Times.", new double[] {0.5, 1}, "route", "/");
        for (double value : new double[] {0.5, 0.7, 2}) {
            histogram.observe(value);
        }

        assertEquals("""
                # HELP a_total Some\\nhelp \\\\.
                # TYPE a_total counter
                a_total{tenant="x\\"\\\\\\ny"} 3
                # HELP b A gauge.
                # TYPE b gauge
                b 1.5
                # HELP c_seconds Times.
                # TYPE c_seconds histogram
                c_seconds_bucket{route="/",le="0.5"} 1
                c_seconds_bucket{route="/",le="1"} 2
                c_seconds_bucket{route="/",le="+Inf"} 3
                c_seconds_sum{route="/"} 3.2
                c_seconds_count{route="/"} 3
                """, Exposition.text(metrics));
    }

    @Test
    void walksTheSameSamplesThatThePageShows() {
        metrics.counter("a_total", "A.", "tenant", "x").inc();
        metrics.gauge("b", "B.", () -> Double.POSITIVE_INFINITY);
        metrics.histogram("c_seconds", "C.", new double[] {1}).observe(0.25);
        Map<String, Double> walked = new TreeMap<>();
        metrics.forEachSample((name, labels, value) -> {
            StringBuilder key = new StringBuilder(name);
            new MetricKey(name, Arrays.asList(labels)).appendLabels(key, null, null);
            walked.put(key.toString(), value);
        });

        assertEquals(parse(Exposition.text(metrics)), walked);
    }

    private static Map<String, Double> parse(String page) {
        Map<String, Double> samples = new TreeMap<>();
        for (String line : page.split("\n")) {
            if (!line.startsWith("#")) {
                Matcher matcher = LINE.matcher(line);
                assertTrue(matcher.matches(), line);
                String number = matcher.group(2).replace("Inf", "Infinity");
                samples.put(matcher.group(1), Double.parseDouble(number));
            }
        }
        return samples;
    }

    @Test
    void showsTheProcessAndTheJvmInNumbersThatParse() {
        ProcessMetrics.register(metrics, "1.2.3");

        Map<String, Double> samples = parse(Exposition.text(metrics));

        assertTrue(samples.get("process_cpu_seconds_total") > 0);
        assertTrue(samples.get("jvm_memory_used_bytes{area=\"heap\"}") > 0);
        assertTrue(samples.get("process_resident_memory_bytes") > 1 << 20);
        assertTrue(samples.get("jvm_allocated_bytes_total") > 1 << 20);
    }

    @Test
    void satisfiesPromtool() throws Exception {
        Path promtool = Path.of("/usr/bin/promtool");
        if (!Files.isExecutable(promtool)) {
            System.out.println("skipped: promtool is not installed at " + promtool);
            return;
        }
        metrics.counter("engram_test_total", "A counter.", "tenant", "x").inc();
        metrics.histogram("engram_test_seconds", "A histogram.", new double[] {0.1, 1})
                .observe(0.3);
        ProcessMetrics.register(metrics, "1.2.3");
        Process process = new ProcessBuilder(promtool.toString(), "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(Exposition.text(metrics).getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, process.waitFor(), said);
    }

    @Test
    void asksForSharedStatisticsOncePerPage() {
        AtomicInteger asked = new AtomicInteger();
        Supplier<Integer> shared = metrics.oncePerWalk(asked::incrementAndGet);
        metrics.gauge("a", "A part.", shared::get);
        metrics.gauge("b", "Another part.", shared::get);

        assertEquals(Map.of("a", 1.0, "b", 1.0), parse(Exposition.text(metrics)));
        assertEquals(Map.of("a", 2.0, "b", 2.0), parse(Exposition.text(metrics)));
        metrics.forEachSample((name, labels, value) -> assertEquals(3, value, name));
    }

    @Test
    void refusesNamesThatPrometheusDoesNotTake() {
        assertThrows(IllegalArgumentException.class, () -> metrics.counter("a-b", ""));
        assertThrows(IllegalArgumentException.class, () -> metrics.counter("1a", ""));
        assertThrows(IllegalArgumentException.class, () -> metrics.counter("a", "", "b-c", "d"));
        assertThrows(IllegalArgumentException.class, () -> metrics.counter("a", "", "b"));
        metrics.counter("taken", "");
        assertThrows(IllegalArgumentException.class, () -> metrics.gauge("taken", "", () -> 1, "a", "b"));
    }

    @Test
    void givesTheSameHandleForTheSameLabels() {
        assertSame(metrics.counter("a_total", "", "b", "c"), metrics.counter("a_total", "", "b", "c"));
        double[] bounds = {1};
        assertSame(metrics.histogram("h", "", bounds, "b", "c"), metrics.histogram("h", "", bounds, "b", "c"));
    }

    @Test
    void forgetsTheTenantsThatCameLongestAgoWhereThereAreTooMany() {
        Metrics few = new Metrics(10);
        ManualClock clock = new ManualClock(0);
        few.gauge("other_gauge", "", () -> 1, Metrics.TENANT, "t0");
        PerTenant<Counter> received = few.perTenant(
                clock, "received_", tenant -> few.counter("received_total", "", Metrics.TENANT, tenant.value()));
        TenantId steady = new TenantId("steady");
        for (int i = 0; i < 1000; i++) {
            clock.advance(1);
            received.of(new TenantId("t" + i)).inc();
            received.of(steady).inc();
        }

        Map<String, Double> shown = parse(Exposition.text(few));
        assertEquals(1000.0, shown.get("received_total{tenant=\"steady\"}"));
        assertEquals(1.0, shown.get("received_total{tenant=\"t999\"}"));
        assertEquals(1.0, shown.get("other_gauge{tenant=\"t0\"}"), "it is not among the handles");
        assertEquals(11, shown.size(), shown::toString);
        received.of(new TenantId("t0")).inc();
        assertEquals(1.0, parse(Exposition.text(few)).get("received_total{tenant=\"t0\"}"));
    }
}
