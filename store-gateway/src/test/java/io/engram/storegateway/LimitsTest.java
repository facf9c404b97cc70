package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.failure.Cause;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a select may bring out of blocks. */
class LimitsTest {
    @TempDir
    Path folder;

    private final SplittableRandom random = Seeds.random();

    private static TestBlock block() {
        TestBlock block = new TestBlock();
        for (int i = 0; i < 10; i++) {
            block.series.put(
                    Labels.of("__name__", "up", "pod", "p" + i), TestBlock.times(TestBlock.START_MS, 240, 1000));
        }
        return block;
    }

    private void check(Map<String, ?> limits, ErrorId id, String... named) throws IOException {
        Fixture fixture = new Fixture(folder, Fixture.config(), limits);
        BlockId block = fixture.upload(block(), random);
        Failure failure = assertThrows(
                Failure.class, () -> Answers.of(fixture.gateway.select(fixture.query(List.of(block))), random));
        assertEquals(id, failure.id());
        assertEquals(Cause.QUERY_TOO_LARGE, failure.id().cause());
        for (String name : named) {
            assertTrue(failure.getMessage().contains(name), failure.getMessage());
        }
    }

    @Test
    void namesTheLimitTheValueTheTenantAndTheKey() throws IOException {
        check(
                Map.of("maxFetchedBlockSeries", 9),
                ErrorId.BLOCK_SERIES_LIMIT,
                "team-a",
                "10 series",
                "may bring 9",
                "limits.max-fetched-block-series",
                "err-engram-block-series-limit");
        check(
                Map.of("maxFetchedBlockChunks", 19),
                ErrorId.BLOCK_CHUNKS_LIMIT,
                "20 chunks",
                "may bring 19",
                "limits.max-fetched-block-chunks");
        check(
                Map.of("maxFetchedBlockBytes", 10_000L),
                ErrorId.BLOCK_BYTES_LIMIT,
                "may bring 10000",
                "limits.max-fetched-block-bytes");
    }

    @Test
    void selectsAtTheLimitAreServed() throws IOException {
        Fixture fixture =
                new Fixture(folder, Fixture.config(), Map.of("maxFetchedBlockSeries", 10, "maxFetchedBlockChunks", 20));
        BlockId block = fixture.upload(block(), random);
        assertEquals(
                10,
                Answers.of(fixture.gateway.select(fixture.query(List.of(block))), random)
                        .size());
    }

    @Test
    void chunksOutsideOfTheRangeDoNotCount() throws IOException {
        Fixture fixture = new Fixture(folder, Fixture.config(), Map.of("maxFetchedBlockChunks", 10));
        BlockId block = fixture.upload(block(), random);
        var query = Fixture.query(
                List.of(block), TestBlock.START_MS, TestBlock.START_MS + 119_000, List.of(Matcher.equal("job", "")));
        assertEquals(10, Answers.of(fixture.gateway.select(query), random).size());
    }
}
