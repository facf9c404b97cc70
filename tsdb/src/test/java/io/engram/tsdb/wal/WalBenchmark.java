package io.engram.tsdb.wal;

import io.engram.model.TenantId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the log costs on this machine. After {@code ./mvnw -pl tsdb -am test-compile}:
 *
 * <pre>{@code
 * java -cp "tsdb/target/classes:tsdb/target/test-classes:model/target/classes:$SLF4J:$ZSTD" \
 *     io.engram.tsdb.wal.WalBenchmark FOLDER
 * }</pre>
 *
 * <p>The folder must be on the disk to measure; the benchmark leaves nothing in it.
 */
final class WalBenchmark {
    private static final int RECORD_BYTES = 1024;

    private final Path folder;

    private WalBenchmark(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        WalBenchmark benchmark = new WalBenchmark(Path.of(arguments[0], "wal-benchmark"));
        benchmark.clear();
        for (int round = 0; round < 3; round++) {
            benchmark.appendBursts();
            benchmark.write();
            benchmark.encode();
        }
        for (int waiters : new int[] {1, 8, 64}) {
            benchmark.groupCommit(waiters);
        }
    }

    /** Time of this thread on a processor: neighbours on the machine do not count. */
    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private void clear() throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** The price under a stripe's lock: bursts that the ring has room for, the disk's work in between. */
    private void appendBursts() throws Exception {
        byte[] record = LogScene.record(1, RECORD_BYTES);
        WalOptions options = WalOptions.DEFAULTS.withSync(SyncMode.INTERVAL);
        long nanos = 0;
        int burst = 2000;
        int bursts = 300;
        try (WriteAheadLog log = WriteAheadLog.open(folder, options, SegmentPrologue.NONE)) {
            for (int b = 0; b < bursts; b++) {
                long start = processorNanos();
                for (int i = 0; i < burst; i++) {
                    log.append(record, 0, record.length);
                }
                nanos += processorNanos() - start;
                log.awaitDurable(log.position());
            }
        }
        System.out.printf("append of 1 KiB, one thread: %.0f ns%n", (double) nanos / burst / bursts);
        clear();
    }

    private void write() throws Exception {
        byte[] record = LogScene.record(1, RECORD_BYTES);
        int count = 1 << 20;
        WalOptions options = WalOptions.DEFAULTS.withSync(SyncMode.INTERVAL);
        long start = System.nanoTime();
        try (WriteAheadLog log = WriteAheadLog.open(folder, options, SegmentPrologue.NONE)) {
            for (int i = 0; i < count; i++) {
                log.append(record, 0, record.length);
            }
            log.awaitDurable(log.position());
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf("1 GiB written, synced every 100 ms: %.0f MB/s%n", log.sizeBytes() / 1e6 / seconds);
        }
        long read = 0;
        start = processorNanos();
        try (LogReader reader = LogReader.open(folder, 0)) {
            while (reader.next()) {
                read += reader.length();
            }
        }
        double seconds = (processorNanos() - start) / 1e9;
        System.out.printf("read from the page cache, of processor time: %.0f MB/s%n", read / 1e6 / seconds);
        clear();
    }

    private void encode() throws CorruptRecord {
        int samples = 1000;
        int rounds = 20_000;
        SampleRecordEncoder encoder = new SampleRecordEncoder();
        SampleRecordDecoder decoder = new SampleRecordDecoder();
        TenantId tenant = new TenantId("benchmark");
        int length = 0;
        long start = processorNanos();
        for (int round = 0; round < rounds; round++) {
            encoder.begin(tenant, 3);
            for (int i = 0; i < samples; i++) {
                encoder.add(i * 17, 1_700_000_000_000L + (i & 3), i * 0.1);
            }
            length = encoder.finish();
        }
        double encodeNanos = (double) (processorNanos() - start) / samples / rounds;
        start = processorNanos();
        for (int round = 0; round < rounds; round++) {
            decoder.decode(encoder.bytes(), 0, length);
        }
        double decodeNanos = (double) (processorNanos() - start) / samples / rounds;
        System.out.printf(
                "samples: %.2f B, encode %.1f ns, decode %.1f ns%n",
                (double) length / samples, encodeNanos, decodeNanos);
    }

    private void groupCommit(int waiters) throws Exception {
        int each = 20_000 / waiters;
        byte[] record = LogScene.record(1, RECORD_BYTES);
        try (WriteAheadLog log = WriteAheadLog.open(folder, WalOptions.DEFAULTS, SegmentPrologue.NONE)) {
            List<Thread> threads = new ArrayList<>();
            long start = System.nanoTime();
            for (int w = 0; w < waiters; w++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        for (int i = 0; i < each; i++) {
                            log.awaitDurable(log.append(record, 0, record.length));
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "commit mode, %d waiters: %.0f commits/s, %.0f syncs/s%n",
                    waiters, waiters * each / seconds, log.stats().syncs() / seconds);
        }
        clear();
    }
}
