package io.engram.tsdb.head;

import io.engram.model.TenantId;
import io.engram.model.labels.Matcher;
import io.engram.model.read.LabelsBatch;
import io.engram.model.testing.ManualClock;
import io.engram.tsdb.index.TestSeries;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Prints what counting the series of a tenant costs. Not a test; run its {@code main} with the test class path, a folder
 * that does not exist yet, and the number of series (a million if there is none).
 */
final class CardinalityMeasurement {
    private static final TenantId TENANT = new TenantId("a");
    private static final int BATCH = 1000;

    private CardinalityMeasurement() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path dir = Files.createDirectory(Path.of(args[0]));
        int count = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
        HeadConfig config = HeadConfig.DEFAULTS.withMaxSeries(2L * count);
        try (Heads heads =
                Heads.open(dir, config, TestLimits.keepForEver(), new ManualClock(0), RecoveryProgress.NONE)) {
            for (int from = 0; from < count; from += BATCH) {
                TestBatch batch = new TestBatch(TENANT);
                for (int i = from; i < from + BATCH; i++) {
                    batch.series(TestSeries.kubernetes(i)).sample(i % 10 * 60_000L, i);
                }
                heads.append(batch.build()).await();
            }
            measure(heads.cardinality(TENANT));
        }
    }

    private static void measure(TenantCardinality counts) {
        long memory = TenantCardinality.IN_MEMORY;
        List<Matcher> job = List.of(Matcher.equal("namespace", "team-5"));
        System.out.println("series " + counts.series(memory));
        repeat("active", () -> counts.series(0));
        repeat("active, a tenth", () -> counts.series(540_000));
        repeat("active and 3 trackers", () -> counts.series(0, List.of(job, job, job))[1]);
        repeat("status/tsdb", () -> counts.head(10).pairs());
        repeat("label_names", () -> counts.names(List.of(), memory, 20).values());
        repeat("label_names, active", () -> counts.names(List.of(), 540_000, 20).values());
        repeat("label_names{namespace=}", () -> counts.names(job, memory, 20).values());
        for (String name : List.of("__name__", "pod", "instance")) {
            List<String> one = List.of(name);
            repeat("label_values " + name, () -> counts.values(one, List.of(), memory, List.of(), 20)
                    .getFirst()
                    .series());
            repeat("label_values " + name + ", active", () -> counts.values(one, List.of(), 540_000, List.of(), 20)
                    .getFirst()
                    .series());
            repeat("label_values " + name + "{namespace=}", () -> counts.values(one, job, memory, List.of(), 20)
                    .getFirst()
                    .series());
        }
        repeat("active_series, bytes", () -> bytes(counts));
    }

    private static long bytes(TenantCardinality counts) {
        LabelsBatch batch = new LabelsBatch();
        long total = 0;
        try (LabelsCursor cursor = counts.labels(List.of(), 0, List.of())) {
            while (cursor.next(batch, 256 << 10)) {
                total += batch.sizeBytes();
            }
        }
        return total;
    }

    /** Processor time of this thread, which other work on the machine does not lengthen. */
    private static void repeat(String what, LongSupplier work) {
        long firstNs = cpuNanos();
        long result = work.getAsLong();
        firstNs = cpuNanos() - firstNs;
        int times = 5;
        long thenNs = cpuNanos();
        for (int i = 0; i < times; i++) {
            result = work.getAsLong();
        }
        thenNs = (cpuNanos() - thenNs) / times;
        System.out.printf("%-36s first %,8d us, then %,8d us: %,d%n", what, firstNs / 1000, thenNs / 1000, result);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
