package io.engram.querier.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.testing.Seeds;
import io.engram.proto.SelectBlocks;
import io.engram.proto.SelectCursor;
import io.engram.server.metrics.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What happens where a store-gateway is slow, or hangs. */
final class HedgedReadsTest extends GatewaysFixture {
    /** Two gateways, the first of which has answered so many calls and hangs then; each block is asked of it first. */
    private GatewaysSelect withOneThatHangs(int callsBefore, int hedgePercent) {
        return withOneThatHangs(callsBefore, hedgePercent, Duration.ofMillis(1));
    }

    private GatewaysSelect withOneThatHangs(int callsBefore, int hedgePercent, Duration hedgeAfter) {
        metrics = new Metrics();
        hedges = new Hedges(hedgeAfter, hedgePercent, metrics);
        fill(Seeds.random());
        GatewaysSelect select = select(Seeds.random(), 2);
        gateways.get("gateway-0").callsLeft.set(callsBefore);
        gateways.get("gateway-0").hangs = new CountDownLatch(1);
        return select;
    }

    private long counted(String name) {
        return metrics.counter(name, "").getCount();
    }

    private void awaitNobodyHangs() {
        while (hanging.get() > 0) {
            Thread.onSpinWait(); // threads that were told to stop end by themselves
        }
    }

    @Test
    void whereOneHangsAnotherAnswers() {
        Seeds.check(60, random -> {
            bucket.clear();
            gateways.clear();
            open.set(0);
            metrics = new Metrics();
            hedges = new Hedges(Duration.ofMillis(1), 100, metrics);
            fill(random);
            GatewaysSelect select = select(random, 2 + random.nextInt(4));
            Gateway bad = gateways.get("gateway-0");
            bad.callsLeft.set(random.nextInt(5)); // hangs from the start, or while chunks are fetched
            bad.hangs = new CountDownLatch(1); // never counted down: it is interrupted
            try (SelectCursor expected = store(bucket.keySet()).select(ALL);
                    SelectBlocks.Cursor found = select.select(query())) {
                assertEquals(bucket.keySet(), found.blocks());
                assertEquals(readAll(expected), readAll(found));
                assertEquals(readAll(expected), readAll(found), "again, of those that are left");
            }
            assertEquals(
                    store(bucket.keySet()).labelValues("job", ALL),
                    select.labelValues("job", query()).values());
            awaitNobodyHangs();
            while (open.get() > 0) {
                Thread.onSpinWait(); // an answer that came too late is closed on the thread that brings it
            }
            boolean hung = bad.callsLeft.get() < 0;
            assertEquals(hung, counted("engram_querier_hedges_won_total") > 0);
        });
    }

    @Test
    void overTheBudgetTheSlowOneIsWaitedFor() {
        GatewaysSelect select = withOneThatHangs(0, 0);
        Gateway slow = gateways.get("gateway-0");
        slow.wakes = true;
        Thread.ofVirtual().start(() -> {
            while (counted("engram_querier_hedges_denied_total") == 0) {
                Thread.onSpinWait();
            }
            slow.hangs.countDown();
        });
        select.select(query()).close();
        assertFalse(slow.asked.isEmpty());
        assertTrue(gateways.get("gateway-1").asked.stream().noneMatch(slow.asked::contains));
        assertEquals(0, counted("engram_querier_hedged_calls_total"));
    }

    @Test
    void theFirstMayAnswerAfterAllAndTheOtherIsClosed() {
        // Long enough that the other's own part, which is answered at once, is not asked for twice on a busy machine.
        GatewaysSelect select = withOneThatHangs(0, 100, Duration.ofMillis(200));
        Gateway slow = gateways.get("gateway-0");
        Gateway other = gateways.get("gateway-1");
        slow.wakes = true;
        other.callsLeft.set(1); // its own part; beside the other it hangs
        other.hangs = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            while (hanging.get() < 2) {
                Thread.onSpinWait();
            }
            slow.hangs.countDown();
        });
        select.select(query()).close();
        awaitNobodyHangs();
        assertEquals(0, open.get());
        assertEquals(1, counted("engram_querier_hedged_calls_total"));
        assertEquals(0, counted("engram_querier_hedges_won_total"));
    }

    @Test
    void oneThatLacksABlockIsNoBetterThanOneThatIsSlow() {
        GatewaysSelect select = withOneThatHangs(0, 100);
        Gateway slow = gateways.get("gateway-0");
        Gateway other = gateways.get("gateway-1");
        slow.wakes = true;
        SelectBlocks.Query one =
                new SelectBlocks.Query(ALL, List.of(firstOwnedBy("gateway-0"), firstOwnedBy("gateway-1")));
        other.hides.add(firstOwnedBy("gateway-0"));
        Thread.ofVirtual().start(() -> {
            while (other.timesAsked.get() < 2) {
                Thread.onSpinWait();
            }
            slow.hangs.countDown();
        });
        try (SelectBlocks.Cursor found = select.select(one)) {
            assertEquals(Set.copyOf(one.blocks()), found.blocks());
        }
        while (open.get() > 0) {
            Thread.onSpinWait();
        }
    }

    /** The owner of a block is the same for the same seed. */
    private BlockId firstOwnedBy(String gateway) {
        return bucket.keySet().stream()
                .filter(block ->
                        new GatewayOrder(ring, 2).of(block).getFirst().id().equals(gateway))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aRefusalIsNotWaitedOver() {
        GatewaysSelect select = withOneThatHangs(0, 100);
        Gateway slow = gateways.get("gateway-0");
        slow.failure = new Failure(ErrorId.BLOCK_SERIES_LIMIT, "too many");
        gateways.get("gateway-1").callsLeft.set(1);
        gateways.get("gateway-1").hangs = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            while (hanging.get() < 2) {
                Thread.onSpinWait();
            }
            slow.hangs.countDown();
        });
        assertSame(
                ErrorId.BLOCK_SERIES_LIMIT,
                assertThrows(Failure.class, () -> select.select(query())).id());
        awaitNobodyHangs();
        assertEquals(0, open.get());
    }

    @Test
    void oneInTenCallsMayBeHedged() {
        HedgeBudget budget = new HedgeBudget(10);
        for (int i = 0; i < 10; i++) {
            assertTrue(budget.spend(), "some at once");
        }
        int spent = 0;
        for (int call = 0; call < 1000; call++) {
            budget.earn();
            spent += budget.spend() ? 1 : 0;
        }
        assertEquals(100, spent);
        assertFalse(new HedgeBudget(0).spend());
    }
}
