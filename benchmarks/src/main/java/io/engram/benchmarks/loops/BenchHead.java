package io.engram.benchmarks.loops;

import com.sun.management.OperatingSystemMXBean;
import io.engram.benchmarks.e2e.Workload;
import io.engram.model.TenantId;
import io.engram.model.hash.SeriesHash;
import io.engram.model.limits.Limits;
import io.engram.model.time.Clock;
import io.engram.model.write.WriteBatch;
import io.engram.server.config.ConfigLoader;
import io.engram.tsdb.head.HeadConfig;
import io.engram.tsdb.head.Heads;
import io.engram.tsdb.head.RecoveryProgress;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A head in a folder of its own, and batches of the end-to-end workload for it: 1,500 series with a sample each. */
final class BenchHead implements AutoCloseable {
    static final TenantId TENANT = new TenantId("bench");
    private static final int BATCH = 1500;

    final Path folder;
    final Heads heads;
    final WriteBatch[] batches;
    private final List<Workload.Series> series;

    private BenchHead(Path folder, Heads heads, WriteBatch[] batches, List<Workload.Series> series) {
        this.folder = folder;
        this.heads = heads;
        this.batches = batches;
        this.series = series;
    }

    static BenchHead open(int seriesCount) throws IOException {
        return open(Workload.series(seriesCount, 0));
    }

    static BenchHead open(List<Workload.Series> series) throws IOException {
        Path folder = Files.createTempDirectory(Path.of(System.getProperty("java.io.tmpdir")), "bench-head");
        HeadConfig config = ConfigLoader.record(HeadConfig.class, Map.of("ingester.wal-sync", "interval"));
        Limits limits = ConfigLoader.record(Limits.class, Map.of("limits.retention", "0"));
        Heads heads = Heads.open(folder, config, _ -> limits, Clock.system(), RecoveryProgress.NONE);
        heads.start();
        return new BenchHead(folder, heads, Batches.of(TENANT, series, BATCH, new SeriesHash(1, TENANT)), series);
    }

    /** The batch's series as they are at {@code timeMs}, in the given round. */
    WriteBatch batch(int number, int round, long timeMs) {
        WriteBatch batch = batches[number];
        for (int i = 0; i < batch.sampleCount; i++) {
            batch.timestampMs[i] = timeMs;
            batch.valueBits[i] =
                    Double.doubleToRawLongBits(series.get(number * BATCH + i).value(round));
        }
        return batch;
    }

    /** CPU that the process has taken, in all of its threads. */
    static long processCpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    @Override
    public void close() throws IOException {
        heads.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
