package io.engram.benchmarks.loops;

import io.engram.benchmarks.e2e.Workload;
import io.engram.distributor.Distributor;
import io.engram.distributor.DistributorConfig;
import io.engram.model.limits.Limits;
import io.engram.model.time.Clock;
import io.engram.model.write.WriteOutcome;
import io.engram.server.config.ConfigLoader;
import io.engram.server.http.Endpoint;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.xerial.snappy.Snappy;

/**
 * Time that the distributor takes for one known series with one sample, from the compressed body to the batch: inflate,
 * scan, fingerprint, check; nobody before it and nobody behind.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx2g", "--enable-native-access=ALL-UNNAMED"})
public class WriteDecode {
    private static final int BODIES = 64;
    private static final int SERIES = 1000;

    /** Of remote write. */
    @Param({"1.0", "2.0"})
    public String version;

    private final WriteExchange[] requests = new WriteExchange[BODIES];
    private Endpoint endpoint;

    @Setup
    public void requests() throws IOException {
        Limits limits = ConfigLoader.defaults(Limits.class);
        Map<String, Endpoint> routes = new HashMap<>();
        new Distributor(
                        ConfigLoader.defaults(DistributorConfig.class),
                        1,
                        _ -> limits,
                        _ -> () -> WriteOutcome.ALL_STORED,
                        Clock.system(),
                        new Metrics())
                .register((_, pattern, _, at) -> routes.put(pattern, at));
        endpoint = routes.get("/api/v1/push");
        List<Workload.Series> all = Workload.series(BODIES * SERIES, 0);
        long nowMs = System.currentTimeMillis();
        for (int b = 0; b < BODIES; b++) {
            List<Workload.Series> series = all.subList(b * SERIES, (b + 1) * SERIES);
            requests[b] = version.equals("1.0")
                    ? new WriteExchange(
                            "application/x-protobuf", Snappy.compress(RequestBodies.version1(series, nowMs)))
                    : new WriteExchange(
                            "application/x-protobuf;proto=io.prometheus.write.v2.Request",
                            Snappy.compress(RequestBodies.version2(series, nowMs)));
        }
    }

    @Benchmark
    @OperationsPerInvocation(BODIES * SERIES)
    public void decode() throws Exception {
        for (WriteExchange request : requests) {
            endpoint.handle(request);
        }
    }
}
