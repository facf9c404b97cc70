package io.engram.bucket.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.Bucket;
import io.engram.bucket.Bucket.Depth;
import io.engram.bucket.BucketConfig.Checksums;
import io.engram.bucket.BucketContract;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.BucketUnavailable.Reason;
import io.engram.bucket.Condition;
import io.engram.bucket.testing.BucketConfigs;
import io.engram.bucket.testing.S3Fake;
import io.engram.bucket.testing.S3Fault;
import io.engram.bucket.testing.S3Operation;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class S3BucketTest extends BucketContract {
    private S3Fake fake;
    private S3Bucket bucket;

    @BeforeEach
    void open() throws IOException {
        fake = S3Fake.start();
        bucket = S3Bucket.open(fake.config());
    }

    @AfterEach
    void close() {
        bucket.close();
        fake.close();
    }

    @Override
    protected Bucket bucket() {
        return bucket;
    }

    @ParameterizedTest
    @EnumSource(
            value = S3Fault.class,
            names = {"INTERNAL_ERROR", "SLOW_DOWN", "RESET", "LOST_ANSWER", "TRUNCATED"})
    void twoFaultsInARowAreNotNoticed(S3Fault fault) throws IOException {
        for (S3Operation operation : S3Operation.values()) {
            fake.faults().next(2, fault, operation);
        }
        Path file = Files.write(scratch.resolve("file"), bytes(11 << 20));

        bucket.put("k", bytes(1000));
        assertEquals(1000, bucket.stat("k").sizeBytes());
        assertArrayEquals(bytes(1000), bucket.get("k", 1000).bytes());
        fake.faults().next(2, fault, S3Operation.GET);
        assertEquals(100, bucket.getRange("k", 900, 100).length);
        bucket.upload("big", file);
        assertArrayEquals(bytes(11 << 20), bucket.get("big", 11 << 20).bytes());
        bucket.list("", Depth.ALL, page -> page.objects().size() == 2);
        bucket.delete("k");
        assertEquals(List.of("big"), List.copyOf(fake.objects().keySet()));
        // A create whose answer got lost leaves an upload that nobody knows the id of.
        assertEquals(fault == S3Fault.LOST_ANSWER || fault == S3Fault.TRUNCATED ? 2 : 0, fake.uploadsUnderWay());
    }

    @Test
    void aConditionalPutKnowsItsOwnSuccessWhoseAnswerGotLost() throws IOException {
        fake.faults().next(1, S3Fault.LOST_ANSWER, S3Operation.PUT);
        Optional<String> first = bucket.putIf(Condition.ABSENT, "k", bytes(1));
        assertEquals(Optional.of(bucket.stat("k").version()), first);

        fake.faults().next(1, S3Fault.LOST_ANSWER, S3Operation.PUT);
        Optional<String> second = bucket.putIf(Condition.matches(first.orElseThrow()), "k", bytes(2));
        assertEquals(Optional.of(bucket.stat("k").version()), second);

        // The same bytes from somebody else are not ours.
        fake.faults().next(1, S3Fault.LOST_ANSWER, S3Operation.PUT);
        assertEquals(Optional.empty(), bucket.putIf(Condition.ABSENT, "k", bytes(2)));
    }

    @Test
    void aFlippedBitInAWholeObjectIsReadAgain() throws IOException {
        bucket.put("k", bytes(1000));
        fake.faults().next(1, S3Fault.FLIPPED_BIT, S3Operation.GET);

        assertArrayEquals(bytes(1000), bucket.get("k", 1000).bytes());
        assertEquals(2, fake.counts().requests(S3Operation.GET));
    }

    @Test
    void aFaultThatStaysIsNamed() throws IOException {
        bucket.put("t/k", bytes(100));
        assertStays(S3Fault.SLOW_DOWN, Reason.SLOW_DOWN, true, 5);
        assertStays(S3Fault.INTERNAL_ERROR, Reason.FAILED, true, 5);
        assertStays(S3Fault.RESET, Reason.FAILED, true, 5);
        assertStays(S3Fault.TRUNCATED, Reason.SHORT_BODY, true, 5);
        assertStays(S3Fault.DENIED, Reason.PERMISSION_DENIED, false, 1);
    }

    private void assertStays(S3Fault fault, Reason reason, boolean retryable, int attempts) throws IOException {
        fake.faults().always(fault, _ -> true);
        fake.resetCounts();
        // A client of its own: one that sees nothing but failures stops trying again.
        try (S3Bucket fresh = S3Bucket.open(fake.config())) {
            BucketUnavailable failed = assertThrows(BucketUnavailable.class, () -> fresh.getRange("t/k", 1, 50));
            assertEquals(reason, failed.reason(), failed.getMessage());
            assertEquals(retryable, failed.retryable());
            assertEquals(attempts, fake.counts().requests(S3Operation.GET), fault::toString);
            assertTrue(failed.getMessage().startsWith("get_range of 't/k' in s3://blocks: "), failed.getMessage());
        } finally {
            fake.faults().clear();
        }
    }

    @Test
    void aFailedUploadIsAborted() throws IOException {
        Path file = Files.write(scratch.resolve("file"), bytes(11 << 20));
        fake.faults()
                .always(S3Fault.DENIED, request -> "2".equals(request.query().get("partNumber")));

        BucketUnavailable failed = assertThrows(BucketUnavailable.class, () -> bucket.upload("big", file));

        assertEquals(Reason.PERMISSION_DENIED, failed.reason());
        assertEquals(0, fake.uploadsUnderWay());
        assertEquals(1, fake.counts().requests(S3Operation.ABORT_UPLOAD));
        assertTrue(fake.objects().isEmpty());
    }

    @Test
    void aFileThatVanishesWhileItIsUploadedIsNotTheStoresFault() throws IOException {
        Path file = Files.write(scratch.resolve("file"), bytes(11 << 20));
        fake.faults().next(1, S3Fault.RESET, request -> {
            if ("1".equals(request.query().get("partNumber"))) {
                file.toFile().delete();
            }
            return false;
        });

        BucketUnavailable failed = assertThrows(BucketUnavailable.class, () -> bucket.upload("big", file));

        assertEquals(Reason.LOCAL_FILE, failed.reason(), failed.getMessage());
        assertEquals(0, fake.uploadsUnderWay());
    }

    @Test
    void aMissingBucketIsNotAMissingObject() throws IOException {
        try (S3Bucket other = S3Bucket.open(BucketConfigs.s3(fake.endpoint().toString(), "missing", "key", "secret"))) {
            for (var call : List.<org.junit.jupiter.api.function.Executable>of(
                    () -> other.get("k", 10),
                    () -> other.put("k", bytes(1)),
                    () -> other.putIf(Condition.ABSENT, "k", bytes(1)),
                    () -> other.list("", Depth.ALL, _ -> true))) {
                BucketUnavailable failed = assertThrows(BucketUnavailable.class, call);
                assertEquals(Reason.REFUSED, failed.reason(), failed.getMessage());
                assertFalse(failed.retryable());
            }
        }
    }

    @Test
    void anInterruptedVirtualThreadStopsWaitingAndStaysInterrupted() throws Exception {
        bucket.put("k", bytes(10));
        fake.faults().always(S3Fault.HANG, request -> request.operation() == S3Operation.GET);
        AtomicReference<Object> outcome = new AtomicReference<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                outcome.set(bucket.get("k", 10));
            } catch (BucketUnavailable e) {
                outcome.set(e.reason() + " " + Thread.currentThread().isInterrupted());
            } catch (IOException e) {
                outcome.set(e);
            }
        });
        while (fake.counts().requests(S3Operation.GET) == 0) {
            Thread.onSpinWait();
        }
        reader.interrupt();
        reader.join();

        assertEquals("INTERRUPTED true", outcome.get());
    }

    @Test
    void whenRequiredSendsNoChecksums() throws IOException {
        try (S3Bucket plain = S3Bucket.open(BucketConfigs.s3(
                fake.endpoint().toString(), S3Fake.BUCKET, "key", "secret", Checksums.WHEN_REQUIRED))) {
            fake.faults().always(S3Fault.DENIED, request -> request.headers().keySet().stream()
                    .anyMatch(name -> name.startsWith("x-amz-checksum-")));
            plain.put("k", bytes(10));
            assertArrayEquals(bytes(10), plain.get("k", 10).bytes());
            assertThrows(BucketUnavailable.class, () -> bucket.put("k", bytes(10)));
        }
    }

    @Test
    void randomFaultsNeverGiveAWrongAnswer() {
        Seeds.check(3, random -> {
            fake.faults().clear();
            fake.faults()
                    .randomly(
                            random.split(),
                            0.2,
                            S3Fault.INTERNAL_ERROR,
                            S3Fault.SLOW_DOWN,
                            S3Fault.RESET,
                            S3Fault.LOST_ANSWER,
                            S3Fault.TRUNCATED);
            int claimed = 0;
            for (int i = 0; i < 100; i++) {
                String key = "r/" + i % 10;
                byte[] bytes = bytes(1 + random.nextInt(3000));
                try {
                    bucket.put(key, bytes);
                    assertArrayEquals(bytes, bucket.get(key, 5000).bytes());
                    bucket.delete("claim");
                    claimed += bucket.putIf(Condition.ABSENT, "claim", bytes).isPresent() ? 1 : 0;
                } catch (BucketUnavailable e) {
                    assertTrue(e.retryable(), e.getMessage());
                    claimed++;
                }
            }
            assertEquals(100, claimed);
        });
    }
}
