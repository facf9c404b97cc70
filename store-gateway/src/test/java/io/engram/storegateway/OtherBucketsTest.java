package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.FilesystemBucket;
import io.engram.bucket.s3.S3Bucket;
import io.engram.bucket.testing.S3Fake;
import io.engram.bucket.testing.S3Fault;
import io.engram.bucket.testing.S3Operation;
import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same over a folder, and over S3 that fails now and then. */
class OtherBucketsTest {
    @TempDir
    Path folder;

    private final SplittableRandom random = Seeds.random();

    private void assertAnswers(Fixture fixture, BlockId id) throws IOException {
        assertEquals(
                Answers.ofLocal(fixture.blocks, List.of(id), Long.MIN_VALUE, Long.MAX_VALUE, List.of()),
                Answers.of(fixture.gateway.select(fixture.query(List.of(id))), random));
    }

    @Test
    void folderIsABucketLikeOthers() throws IOException {
        try (FilesystemBucket bucket = FilesystemBucket.open(folder.resolve("bucket"))) {
            Fixture fixture = new Fixture(folder, Fixture.config(), Map.of(), bucket);
            assertAnswers(fixture, fixture.upload(TestBlock.next(random, 100, 300), random));
        }
    }

    @Test
    void faultsOfS3ThatPassAreNotSeenAndNeverChangeAnAnswer() throws IOException {
        try (S3Fake fake = S3Fake.start();
                S3Bucket bucket = S3Bucket.open(fake.config())) {
            Fixture fixture = new Fixture(folder, Fixture.bareConfig(), Map.of(), bucket);
            BlockId id = fixture.upload(TestBlock.next(random, 100, 300), random);
            for (S3Fault fault : List.of(
                    S3Fault.INTERNAL_ERROR, S3Fault.SLOW_DOWN, S3Fault.RESET, S3Fault.TRUNCATED, S3Fault.FLIPPED_BIT)) {
                fake.faults().next(1, fault, S3Operation.GET);
                assertAnswers(fixture, id);
                fake.faults().clear();
            }
        }
    }

    @Test
    void refusedCredentialsAreNamed() throws IOException {
        try (S3Fake fake = S3Fake.start();
                S3Bucket bucket = S3Bucket.open(fake.config())) {
            Fixture fixture = new Fixture(folder, Fixture.bareConfig(), Map.of(), bucket);
            BlockId id = fixture.upload(TestBlock.next(random, 10, 10), random);
            fake.faults().always(S3Fault.DENIED, _ -> true);
            Failure failure = assertThrows(Failure.class, () -> assertAnswers(fixture, id));
            assertEquals(ErrorId.BLOCK_UNAVAILABLE, failure.id());
            assertTrue(failure.getMessage().contains(id.toString()), failure.getMessage());
            fake.faults().clear();
            assertAnswers(fixture, id);
        }
    }
}
