package io.engram.benchmarks.loops;

import io.engram.benchmarks.e2e.Workload;
import io.engram.model.write.WriteBatch;
import io.engram.tsdb.head.TenantHeadStats;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Prints what a series takes in the head where no replica, one or both of a pair send it: {@code main} with the number of series (200,000 if
 * none is given) and of samples (20). Both replicas send the same values, at times 7 s apart; their requests take turns.
 */
public final class PairMemory {
    private static final int BATCH = 1500;

    private PairMemory() {}

    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
        int samples = args.length > 1 ? Integer.parseInt(args[1]) : 20;
        List<Workload.Series> plain = Workload.series(count, 0);
        List<Workload.Series> first = Replica.of(plain, "prometheus-0");
        print("no replica label", plain, samples);
        print("one replica", first, samples);
        print("a pair", turns(first, Replica.of(plain, "prometheus-1")), samples);
    }

    /** A batch of the one, then one of the other. */
    private static List<Workload.Series> turns(List<Workload.Series> a, List<Workload.Series> b) {
        return IntStream.range(0, (a.size() + BATCH - 1) / BATCH)
                .boxed()
                .flatMap(i -> Stream.of(a, b)
                        .flatMap(of -> of.subList(i * BATCH, Math.min(of.size(), (i + 1) * BATCH)).stream()))
                .toList();
    }

    private static void print(String what, List<Workload.Series> series, int samples) throws Exception {
        try (BenchHead head = BenchHead.open(series)) {
            long fromMs = System.currentTimeMillis() - 3_600_000;
            for (int round = 0; round < samples; round++) {
                for (int b = 0; b < head.batches.length; b++) {
                    WriteBatch batch = head.batch(b, round, fromMs + round * 15_000L + b % 2 * 7_000);
                    head.heads.append(batch);
                }
            }
            head.heads.maintain();
            TenantHeadStats stats = head.heads.stats(BenchHead.TENANT);
            System.out.printf(
                    "%-18s series %,d  bytes per series %.1f: records %.1f, fingerprints %.1f, chunks %.1f, beside %.1f, labels and"
                            + " postings %.1f %s%n",
                    what,
                    stats.series(),
                    each(stats.memoryBytes(), stats),
                    each(stats.recordBytes(), stats),
                    each(stats.tableBytes(), stats),
                    each(stats.chunkBytes(), stats),
                    each(stats.sideBytes(), stats),
                    each(stats.index().total(), stats),
                    stats.index());
        }
    }

    private static double each(long bytes, TenantHeadStats stats) {
        return (double) bytes / stats.series();
    }
}
