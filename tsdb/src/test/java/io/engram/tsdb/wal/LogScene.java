package io.engram.tsdb.wal;

import io.engram.model.failure.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What the tests of the log share: records that can be told apart, and a way to read a whole log. */
final class LogScene {
    static final WalOptions SMALL = new WalOptions(
            SyncMode.COMMIT, Duration.ofMillis(100), 1 << 20, 1 << 20, Duration.ofSeconds(20), Duration.ofMillis(1));

    private LogScene() {}

    /** A record whose bytes follow from its number and length. */
    static byte[] record(long number, int length) {
        byte[] bytes = new byte[length];
        SplittableRandom random = new SplittableRandom(number * 31 + length);
        random.nextBytes(bytes);
        if (length >= 8) {
            ByteBuffer.wrap(bytes).putLong(number);
        }
        return bytes;
    }

    static long append(WriteAheadLog log, byte[] record) {
        return log.append(record, 0, record.length);
    }

    /** Waits for a position, in one of two ways that are to come to the same. */
    static void await(WriteAheadLog log, long position, boolean listening) throws InterruptedException {
        if (!listening) {
            log.awaitDurable(position);
            return;
        }
        BlockingQueue<Optional<Failure>> told = new LinkedBlockingQueue<>();
        log.whenDurable(position, failure -> told.add(Optional.ofNullable(failure)));
        Optional<Failure> failure = told.take();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** A record that was read. */
    record Seen(long position, boolean prologue, byte[] bytes) {}

    /** Everything that was read, and what the reader says about the rest. */
    record Reading(List<Seen> records, List<LogDamage> damages, long lost) {
        List<Long> positions() {
            return records.stream()
                    .filter(seen -> !seen.prologue())
                    .map(Seen::position)
                    .toList();
        }

        List<String> prologue() {
            return records.stream()
                    .filter(Seen::prologue)
                    .map(seen -> new String(seen.bytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .toList();
        }
    }

    static Reading read(LogFolder folder, long from) throws IOException {
        List<Seen> records = new ArrayList<>();
        try (LogReader reader = LogReader.open(folder, from)) {
            while (reader.next()) {
                byte[] copy = new byte[reader.length()];
                System.arraycopy(reader.bytes(), reader.offset(), copy, 0, copy.length);
                records.add(new Seen(reader.position(), reader.isPrologue(), copy));
            }
            return new Reading(records, reader.damages(), reader.lostRecords());
        }
    }
}
