package io.engram.querier.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.testing.Seeds;
import io.engram.proto.SelectBlocks;
import io.engram.proto.SelectCursor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GatewaysSelectTest extends GatewaysFixture {
    @Test
    void everyBlockIsReadOnceWhoeverFailsOrLacksIt() {
        Seeds.check(150, random -> {
            bucket.clear();
            gateways.clear();
            open.set(0);
            fill(random);
            GatewaysSelect select = select(random, 2 + random.nextInt(4));
            Gateway bad = gateways.get("gateway-0");
            switch (random.nextInt(4)) {
                case 0 -> bad.callsLeft.set(0);
                case 1 -> bad.callsLeft.set(1 + random.nextInt(4)); // fails while chunks are fetched
                case 2 -> bad.hides.addAll(bucket.keySet());
                default -> {}
            }
            try (SelectCursor expected = store(bucket.keySet()).select(ALL);
                    SelectBlocks.Cursor found = select.select(query())) {
                assertEquals(bucket.keySet(), found.blocks());
                assertEquals(readAll(expected), readAll(found));
            }
            assertEquals(0, open.get());
            assertEquals(
                    store(bucket.keySet()).labelValues("job", ALL),
                    select.labelValues("job", query()).values());
        });
    }

    @Test
    void oneGatewayIsAskedForABlockAndBlocksAreSpread() {
        fill(Seeds.random());
        GatewaysSelect select = select(Seeds.random(), 3);
        select.select(query()).close();
        int asked = gateways.values().stream().mapToInt(g -> g.asked.size()).sum();
        assertEquals(bucket.size(), asked);
        assertTrue(gateways.values().stream().allMatch(g -> g.asked.size() < bucket.size()));
    }

    @Test
    void aBlockThatIsGoneIsMissingAndNotAskedOfEverybody() {
        fill(Seeds.random());
        GatewaysSelect select = select(Seeds.random(), 6);
        BlockId gone = BlockId.of(5, 5, 5);
        List<BlockId> blocks = new ArrayList<>(bucket.keySet());
        blocks.add(gone);
        try (SelectBlocks.Cursor found = select.select(new SelectBlocks.Query(ALL, blocks))) {
            assertEquals(bucket.keySet(), found.blocks());
        }
        assertEquals(
                2,
                gateways.values().stream().filter(g -> g.asked.contains(gone)).count());
    }

    @Test
    void whereAllFailTheQueryDoes() {
        fill(Seeds.random());
        GatewaysSelect select = select(Seeds.random(), 3);
        gateways.values().forEach(gateway -> gateway.callsLeft.set(0));
        Failure failure = assertThrows(Failure.class, () -> select.select(query()));
        assertSame(ErrorId.BLOCK_UNAVAILABLE, failure.id());
    }

    @Test
    void aRefusalIsNotAskedOfOthers() {
        fill(Seeds.random());
        GatewaysSelect select = select(Seeds.random(), 3);
        gateways.values().forEach(gateway -> {
            gateway.callsLeft.set(0);
            gateway.failure = new Failure(ErrorId.BLOCK_SERIES_LIMIT, "too many");
        });
        assertSame(
                ErrorId.BLOCK_SERIES_LIMIT,
                assertThrows(Failure.class, () -> select.select(query())).id());
        // One round: a block is asked of one gateway.
        gateways.values().forEach(gateway -> assertTrue(gateway.callsLeft.get() >= -1));
    }
}
