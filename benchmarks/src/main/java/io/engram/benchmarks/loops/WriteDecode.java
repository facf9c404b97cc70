package io.engram.benchmarks.loops;

import io.engram.benchmarks.e2e.Workload;
import io.engram.distributor.Distributor;
import io.engram.distributor.DistributorConfig;
import io.engram.model.TenantId;
import io.engram.model.limits.Limits;
import io.engram.model.time.Clock;
import io.engram.model.write.WriteOutcome;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time that the distributor takes for one known series with one sample: scan, fingerprint, check; nobody behind it. */
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

    private final TenantId tenant = new TenantId("bench");
    private final byte[][] bodies = new byte[BODIES][];
    private Distributor distributor;

    @Setup
    public void bodies() {
        Limits limits = ConfigLoader.defaults(Limits.class);
        distributor = new Distributor(
                ConfigLoader.defaults(DistributorConfig.class),
                1,
                _ -> limits,
                _ -> () -> WriteOutcome.ALL_STORED,
                Clock.system(),
                new Metrics());
        List<Workload.Series> all = Workload.series(BODIES * SERIES, 0);
        for (int b = 0; b < BODIES; b++) {
            bodies[b] = body(all.subList(b * SERIES, (b + 1) * SERIES));
        }
    }

    private static byte[] body(List<Workload.Series> series) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream sample = new ByteArrayOutputStream();
        sample.write(0x10);
        Workload.varint(sample, System.currentTimeMillis());
        byte[] time = sample.toByteArray();
        for (Workload.Series one : series) {
            out.write(0x0A);
            Workload.varint(out, one.labels().length + 2 + time.length);
            out.writeBytes(one.labels());
            out.write(0x12);
            out.write(time.length);
            out.writeBytes(time);
        }
        return out.toByteArray();
    }

    @Benchmark
    @OperationsPerInvocation(BODIES * SERIES)
    public void decode() throws InterruptedException {
        for (byte[] body : bodies) {
            distributor.write(tenant, body, body.length);
        }
    }
}
