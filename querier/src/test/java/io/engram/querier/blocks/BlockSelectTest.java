package io.engram.querier.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.index.BucketIndex;
import io.engram.bucket.index.BucketIndexCopies;
import io.engram.bucket.index.BucketIndexFile;
import io.engram.bucket.layout.TenantBucket;
import io.engram.bucket.testing.FaultyBucket;
import io.engram.bucket.testing.MemoryBucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.model.testing.ManualClock;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockSelectTest {
    private static final TenantId A = new TenantId("a");
    private static final long HOUR = 3_600_000;

    private final ManualClock clock = new ManualClock(100 * HOUR);
    private final MemoryBucket memory = new MemoryBucket(clock);
    private final FaultyBucket bucket = new FaultyBucket(memory);
    private final BlockCatalog catalog;
    private final Gateway gateway = new Gateway();
    private final Set<BlockId> held = new HashSet<>();
    private final BlockSelect blocks;

    BlockSelectTest(@TempDir Path folder) {
        catalog = new BlockCatalog(
                bucket, new BucketIndexCopies(folder), Duration.ofMinutes(1), Duration.ofHours(1), clock);
        blocks = new BlockSelect(catalog, gateway, List.of(_ -> held));
    }

    /** Has the blocks that a test says, and remembers what it was asked for. */
    private static final class Gateway implements SelectBlocks {
        final Set<BlockId> has = new HashSet<>();
        final List<List<BlockId>> asked = new ArrayList<>();
        Runnable meanwhile = () -> {};
        int open;

        private Set<BlockId> found(Query query) {
            asked.add(query.blocks());
            meanwhile.run();
            Set<BlockId> found = new HashSet<>(query.blocks());
            found.retainAll(has);
            return found;
        }

        @Override
        public Cursor select(Query query) {
            Set<BlockId> found = found(query);
            open++;
            return new Cursor() {
                @Override
                public Set<BlockId> blocks() {
                    return found;
                }

                @Override
                public SeriesTable series() {
                    return SeriesTable.EMPTY;
                }

                @Override
                public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {}

                @Override
                public void close() {
                    open--;
                }
            };
        }

        @Override
        public Strings labelNames(Query query) {
            return new Strings(found(query), List.of("name"));
        }

        @Override
        public Strings labelValues(String name, Query query) {
            return new Strings(found(query), List.of("value"));
        }
    }

    @Test
    void asksForTheBlocksThatOverlapAndNoIngesterHoldsAndNobodyHasMarked() throws Exception {
        index(block(1, 0, 2), block(2, 2, 4), block(3, 4, 6), block(4, 2, 4), block(5, 3, 5));
        gateway.has.addAll(List.of(id(1), id(2), id(3), id(4), id(5)));
        held.add(id(4));
        store(new BucketIndex(
                List.of(block(1, 0, 2), block(2, 2, 4), block(3, 4, 6), block(4, 2, 4), block(5, 3, 5)),
                List.of(new BucketIndex.Deletion(id(5), 1)),
                clock.nowMs() / 1000));
        blocks.select(query(3 * HOUR, 4 * HOUR)).close();
        assertEquals(List.of(List.of(id(2), id(3))), gateway.asked);
        assertEquals(List.of("value"), blocks.labelValues("x", query(0, HOUR)));
        assertEquals(List.of(), blocks.labelNames(query(50 * HOUR, 60 * HOUR)));
    }

    @Test
    void aBlockThatHasBeenMergedMeanwhileIsLookedForInTheNewIndex() throws Exception {
        index(block(1, 0, 2), block(2, 2, 4));
        gateway.has.add(id(3));
        gateway.meanwhile = () -> index(block(3, 0, 4));
        blocks.select(query(0, 4 * HOUR)).close();
        assertEquals(List.of(List.of(id(1), id(2)), List.of(id(3))), gateway.asked);
        assertEquals(0, gateway.open);
    }

    @Test
    void aBlockThatNobodyHasIsAFailureThatNamesIt() {
        index(block(1, 0, 2), block(2, 2, 4));
        gateway.has.add(id(1));
        Failure failure = assertThrows(Failure.class, () -> blocks.select(query(0, 4 * HOUR)));
        assertEquals(ErrorId.BLOCKS_MISSING, failure.id());
        assertTrue(failure.getMessage().contains(id(2).toString()), failure.getMessage());
        assertEquals(0, gateway.open);
    }

    @Test
    void anIndexServesOnWhileTheBucketFailsUntilItIsTooOld() throws Exception {
        index(block(1, 0, 2));
        gateway.has.add(id(1));
        blocks.select(query(0, HOUR)).close();
        bucket.failAll();
        clock.advance(30 * 60_000);
        blocks.select(query(0, HOUR)).close();
        clock.advance(31 * 60_000);
        Failure failure = assertThrows(Failure.class, () -> blocks.select(query(0, HOUR)));
        assertEquals(ErrorId.BUCKET_INDEX_TOO_OLD, failure.id());
    }

    @Test
    void whatIsNotKnownIsNotTakenForNothing() throws Exception {
        bucket.failAll();
        Failure failure = assertThrows(Failure.class, () -> blocks.select(query(0, HOUR)));
        assertEquals(ErrorId.BLOCKS_UNKNOWN, failure.id());
        bucket.succeed();
        assertEquals(0, blocks.select(query(0, HOUR)).series().size(), "a tenant without blocks");
        memory.put("a/bucket-index.json.gz", new byte[] {1, 2, 3});
        catalog.changed(A);
        failure = assertThrows(Failure.class, () -> blocks.select(query(0, HOUR)));
        assertEquals(ErrorId.BLOCKS_UNKNOWN, failure.id());
    }

    private static Select.Query query(long minMs, long maxMs) {
        return new Select.Query(A, List.of(), minMs, maxMs);
    }

    private static BlockId id(int number) {
        return BlockId.of(number, 0, 0);
    }

    private static BucketIndex.Block block(int number, int fromHour, int toHour) {
        return new BucketIndex.Block(
                id(number), fromHour * HOUR, toHour * HOUR, "", 0, 0, "", "engram", 1, false, Labels.EMPTY);
    }

    private void index(BucketIndex.Block... all) {
        store(new BucketIndex(List.of(all), List.of(), clock.nowMs() / 1000));
    }

    private void store(BucketIndex index) {
        BucketIndexFile file = new BucketIndexFile(new TenantBucket(memory, A));
        try {
            assertTrue(file.store(index, file.load()).isPresent());
        } catch (BucketUnavailable e) {
            throw new AssertionError(e);
        }
    }
}
