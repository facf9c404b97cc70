package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.Operation;
import io.engram.bucket.testing.FaultyBucket.Fate;
import io.engram.model.block.BlockId;
import io.engram.model.failure.Cause;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.read.ChunkBatch;
import io.engram.model.testing.Seeds;
import io.engram.proto.SelectBlocks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bucket that fails fails queries, by name, and is asked again by the next one. */
class BucketFailureTest {
    @TempDir
    Path folder;

    private final SplittableRandom random = Seeds.random();
    private Fixture fixture;
    private BlockId id;

    @BeforeEach
    void write() throws IOException {
        fixture = new Fixture(folder);
        id = fixture.upload(TestBlock.next(random, 100, 500), random);
    }

    @Test
    void failureAtAnyCallIsAnUnavailableBlockAndTheNextQuerySucceeds() throws IOException {
        var expected = Answers.ofLocal(fixture.blocks, List.of(id), Long.MIN_VALUE, Long.MAX_VALUE, List.of());
        for (int failing = 0; ; failing++) {
            fixture.gateway.headers().delete(new BlockKey(Fixture.TENANT, id));
            fixture.open(Fixture.config(), Map.of());
            AtomicInteger calls = new AtomicInteger();
            int nth = failing;
            fixture.faults.plan((_, _) -> calls.getAndIncrement() == nth ? Fate.FAIL : Fate.SUCCEED);
            try {
                assertEquals(expected, Answers.of(fixture.gateway.select(fixture.query(List.of(id))), random));
                assertTrue(failing >= 4, "meta.json, index, postings, series and chunks failed one by one");
                return;
            } catch (Failure e) {
                assertEquals(ErrorId.BLOCK_UNAVAILABLE, e.id());
                assertEquals(Cause.UNAVAILABLE, e.id().cause());
                assertTrue(e.getMessage().contains(id.toString()), e.getMessage());
                assertTrue(e.getMessage().contains("a fault that the test asked for"), e.getMessage());
            }
            fixture.faults.succeed();
            assertEquals(expected, Answers.of(fixture.gateway.select(fixture.query(List.of(id))), random));
        }
    }

    @Test
    void blockDeletedBeforeItsChunksAreFetchedFailsTheFetch() throws IOException {
        try (SelectBlocks.Cursor cursor = fixture.gateway.select(fixture.query(List.of(id)))) {
            fixture.bucket.delete(Fixture.TENANT.value() + "/" + id + "/chunks/000001");
            Failure failure = assertThrows(Failure.class, () -> cursor.fetch(new int[] {0}, 0, 1, new ChunkBatch()));
            assertEquals(ErrorId.BLOCK_UNAVAILABLE, failure.id());
            assertTrue(failure.getMessage().contains(id.toString()), failure.getMessage());
        }
    }

    @Test
    void blockWithoutIndexIsNotThere() throws IOException {
        fixture.bucket.delete(Fixture.TENANT.value() + "/" + id + "/index");
        try (SelectBlocks.Cursor cursor = fixture.gateway.select(fixture.query(List.of(id)))) {
            assertEquals(Set.of(), cursor.blocks());
        }
    }

    @Test
    void oneOfSeveralBlocksFailingFailsTheSelect() throws IOException {
        BlockId other = fixture.upload(TestBlock.next(random, 10, 10), random);
        fixture.faults.plan((operation, key) ->
                operation == Operation.GET_RANGE && key.contains(other.toString()) ? Fate.FAIL : Fate.SUCCEED);
        Failure failure = assertThrows(Failure.class, () -> fixture.gateway.select(fixture.query(List.of(id, other))));
        assertTrue(failure.getMessage().contains(other.toString()), failure.getMessage());
    }
}
