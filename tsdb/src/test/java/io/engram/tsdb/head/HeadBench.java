package io.engram.tsdb.head;

import io.engram.model.TenantId;
import io.engram.model.time.Clock;
import io.engram.model.write.WriteBatch;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * Measures the head alone: frames of 1500 series with one sample each, over a million series, the log on. Prints CPU time
 * of the appending thread per sample, bytes per series, and how long a restart takes. Arguments: folder, series, scrapes.
 */
public final class HeadBench {
    private HeadBench() {}

    public static void main(String[] args) throws Exception {
        Path dir = Path.of(args[0]);
        int series = Integer.parseInt(args[1]);
        int scrapes = Integer.parseInt(args[2]);
        HeadConfig config =
                HeadConfig.DEFAULTS.withWalSync(HeadConfig.WalSync.INTERVAL).withMaxSeries(100_000_000);
        ScrapeFrames frames = new ScrapeFrames(TenantId.ANONYMOUS, series, 1500);
        long start = 1_700_000_000_000L;
        try (Heads heads = Heads.open(dir, config, TestLimits.keepForEver(), Clock.system(), RecoveryProgress.NONE)) {
            create(heads, frames, start, series);
            for (int scrape = 1; scrape <= scrapes; scrape++) {
                append(heads, frames, start + scrape * 15_000L, series, scrape);
            }
            print(heads, series);
            open(dir, config, "replay of the log");
            long before = System.nanoTime();
            heads.checkpoint();
            System.out.printf(
                    "checkpoint                 %8.0f ms, %d MB%n",
                    (System.nanoTime() - before) / 1e6, heads.stats().lastCheckpointBytes() >> 20);
        }
        open(dir, config, "start from the checkpoint");
    }

    private static void create(Heads heads, ScrapeFrames frames, long timeMs, int series) throws Exception {
        long cpu = 0;
        PendingAppend last = null;
        for (int f = 0; f < frames.frames(); f++) {
            WriteBatch batch = frames.withLabels(f, timeMs);
            long before = cpuNs();
            last = heads.append(batch);
            cpu += cpuNs() - before;
        }
        last.await();
        System.out.printf("create                     %8.1f ns/series%n", (double) cpu / series);
    }

    private static void append(Heads heads, ScrapeFrames frames, long timeMs, int series, int scrape) throws Exception {
        long cpu = 0;
        PendingAppend last = null;
        long wall = System.nanoTime();
        for (int f = 0; f < frames.frames(); f++) {
            WriteBatch batch = frames.known(f, timeMs);
            long before = cpuNs();
            last = heads.append(batch);
            cpu += cpuNs() - before;
        }
        last.await();
        if (scrape % 10 == 0) {
            System.out.printf(
                    "append, scrape %3d         %8.1f ns/sample CPU, %.1f wall%n",
                    scrape, (double) cpu / series, (double) (System.nanoTime() - wall) / series);
        }
    }

    private static void print(Heads heads, int series) {
        TenantHeadStats stats = heads.tenantStats().getFirst();
        System.out.printf(
                "bytes per series           %8.1f: records %.1f, table %.1f, open chunks %.1f, index %.1f (%s)%n",
                (double) stats.memoryBytes() / series,
                (double) stats.recordBytes() / series,
                (double) stats.tableBytes() / series,
                (double) stats.chunkBytes() / series,
                (double) stats.index().total() / series,
                stats.index());
        System.out.printf(
                "log                        %8d MB, sealed chunks %d MB%n",
                heads.stats().wal().sizeBytes() >> 20, stats.sealedBytes() >> 20);
    }

    /** Reads a copy of what is there as a restarted process would; the original goes on. */
    private static void open(Path dir, HeadConfig config, String what) throws Exception {
        Path copy = dir.resolveSibling(dir.getFileName() + "-copy-" + what.replace(' ', '-'));
        HeadRestartTest.copyTree(dir, copy);
        long before = System.nanoTime();
        long cpu = cpuNs();
        try (Heads heads = Heads.open(copy, config, TestLimits.keepForEver(), Clock.system(), RecoveryProgress.NONE)) {
            System.out.printf(
                    "%-26s %8.0f ms wall, %.0f ms CPU; %s%n",
                    what,
                    (System.nanoTime() - before) / 1e6,
                    (cpuNs() - cpu) / 1e6,
                    heads.stats().recovery());
        }
    }

    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
