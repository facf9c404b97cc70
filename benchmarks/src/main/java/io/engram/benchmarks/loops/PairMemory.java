package io.engram.benchmarks.loops;

import io.engram.benchmarks.e2e.Workload;
import io.engram.tsdb.head.TenantHeadStats;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Prints what a series takes in the head where no replica, one or both of a pair send it: {@code main} with the number of
 * series (100,000 if none is given). Both replicas send the same values, every 15 s, 7 s apart; their requests take turns. As
 * chunks grow and are sealed memory goes up and down, so it is measured each minute of the third hour.
 */
public final class PairMemory {
    private static final int BATCH = 1500;
    private static final int ROUNDS_A_MINUTE = 4;
    private static final int MINUTES = 180;
    private static final int FIRST_MEASURED = 120;

    private PairMemory() {}

    public static void main(String[] args) throws Exception {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        List<Workload.Series> plain = Workload.series(count, 0);
        List<Workload.Series> first = Replica.of(plain, "prometheus-0");
        measure("no replica label", plain);
        measure("one replica", first);
        measure("a pair", turns(first, Replica.of(plain, "prometheus-1")));
    }

    /** A batch of the one, then one of the other. */
    private static List<Workload.Series> turns(List<Workload.Series> a, List<Workload.Series> b) {
        return IntStream.range(0, (a.size() + BATCH - 1) / BATCH)
                .boxed()
                .flatMap(i -> Stream.of(a, b)
                        .flatMap(of -> of.subList(i * BATCH, Math.min(of.size(), (i + 1) * BATCH)).stream()))
                .toList();
    }

    private static void measure(String what, List<Workload.Series> series) throws Exception {
        try (BenchHead head = BenchHead.open(series)) {
            long fromMs = System.currentTimeMillis() / 7_200_000 * 7_200_000 - MINUTES * 60_000L;
            List<TenantHeadStats> minutes = new ArrayList<>();
            for (int minute = 0; minute < MINUTES; minute++) {
                for (int round = minute * ROUNDS_A_MINUTE; round < (minute + 1) * ROUNDS_A_MINUTE; round++) {
                    for (int b = 0; b < head.batches.length; b++) {
                        head.heads.append(head.batch(b, round, fromMs + round * 15_000L + b % 2 * 7_000));
                    }
                }
                head.heads.maintain();
                if (minute >= FIRST_MEASURED) {
                    minutes.add(head.heads.stats(BenchHead.TENANT));
                }
            }
            print(what, minutes);
        }
    }

    private static void print(String what, List<TenantHeadStats> minutes) {
        System.out.printf(
                "%-18s series %,d  bytes per series, mean of %d minutes (least, most) %.1f (%.1f, %.1f): records %.1f,"
                        + " fingerprints %.1f, chunks %.1f (%.1f, %.1f), beside %.1f, labels and postings %.1f%n",
                what,
                minutes.getLast().series(),
                minutes.size(),
                mean(minutes, TenantHeadStats::memoryBytes),
                each(minutes, TenantHeadStats::memoryBytes).min().orElseThrow(),
                each(minutes, TenantHeadStats::memoryBytes).max().orElseThrow(),
                mean(minutes, TenantHeadStats::recordBytes),
                mean(minutes, TenantHeadStats::tableBytes),
                mean(minutes, TenantHeadStats::chunkBytes),
                each(minutes, TenantHeadStats::chunkBytes).min().orElseThrow(),
                each(minutes, TenantHeadStats::chunkBytes).max().orElseThrow(),
                mean(minutes, TenantHeadStats::sideBytes),
                mean(minutes, stats -> stats.index().total()));
    }

    private static double mean(List<TenantHeadStats> minutes, ToLongFunction<TenantHeadStats> bytes) {
        return each(minutes, bytes).average().orElseThrow();
    }

    private static DoubleStream each(List<TenantHeadStats> minutes, ToLongFunction<TenantHeadStats> bytes) {
        return minutes.stream().mapToDouble(stats -> (double) bytes.applyAsLong(stats) / stats.series());
    }
}
