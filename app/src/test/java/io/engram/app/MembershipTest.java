package io.engram.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.Bucket;
import io.engram.bucket.FilesystemBucket;
import io.engram.ingester.ActiveSeriesConfig;
import io.engram.ingester.Ingester;
import io.engram.ingester.blocks.BlocksConfig;
import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.time.Clock;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.ring.Instance;
import io.engram.ring.RingLifecycle;
import io.engram.ring.RingView;
import io.engram.ring.testing.RefusingStore;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import io.engram.tsdb.head.HeadConfig;
import io.engram.tsdb.head.TestBatch;
import io.engram.tsdb.head.TestLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ingester with {@code ingester.flush-on-shutdown} that stops. */
class MembershipTest {
    @TempDir
    Path dir;

    private final RefusingStore store = new RefusingStore();
    private Bucket bucket;
    private Ingester ingester;

    @BeforeEach
    void start() throws Exception {
        bucket = FilesystemBucket.open(dir.resolve("bucket"));
        BlocksConfig blocks = ConfigLoader.load(
                        List.of("--ingester.flush-on-shutdown=true"), Map.of(), List.of(BlocksConfig.class))
                .get(BlocksConfig.class);
        ingester = new Ingester(
                dir,
                HeadConfig.DEFAULTS,
                ConfigLoader.defaults(ActiveSeriesConfig.class),
                blocks,
                Duration.ofMinutes(1),
                bucket,
                _ -> {},
                TestLimits.keepForEver(),
                Clock.system(),
                new Metrics());
        ingester.start();
        assertSame(WriteOutcome.ALL_STORED, ingester.push(sample()).await());
    }

    @AfterEach
    void close() throws Exception {
        bucket.close();
    }

    @Test
    void inAClusterItShipsEverythingAndLeavesTheRing() throws Exception {
        Membership membership = joined(false);
        assertEquals(Ingester.MOST_FLUSH_TIME, membership.stopTimeout(Duration.ofSeconds(30)));
        membership.stop();
        assertTrue(isInBucket());
        assertEquals(Set.of(), store.list("ring/ingester").keySet());
        Failure refusal = assertThrows(Failure.class, () -> ingester.push(sample()));
        assertSame(ErrorId.SHUTTING_DOWN, refusal.id());
        ingester.stop();
    }

    @Test
    void whereTheStoreIsAwayItShipsEverythingAllTheSame() throws Exception {
        Membership membership = joined(false);
        store.isAway = true;
        membership.stop();
        store.isAway = false;
        assertTrue(isInBucket());
        assertEquals(Set.of("i"), store.list("ring/ingester").keySet());
        ingester.stop();
    }

    @Test
    void aSingleProcessShipsWhenItsIngesterStops() throws Exception {
        Membership membership = joined(true);
        membership.stop();
        assertFalse(isInBucket());
        ingester.push(sample()).await(); // not refused
        ingester.stop();
        assertTrue(isInBucket());
    }

    @Test
    void whatIsPreparedIsPreparedOnTheRingBeforeAnybodyAsks() throws Exception {
        List<Instance.State> states = new ArrayList<>();
        RingView view = new RingView(store, "store-gateway");
        Membership membership = Membership.of(
                "store-gateway",
                () -> new RingLifecycle(store, "store-gateway", "g", "", ""),
                () -> view.ring().instances().forEach(instance -> states.add(instance.state())));
        membership.start();
        assertEquals(List.of(Instance.State.JOINING), states);
        assertEquals(Instance.State.ACTIVE, view.ring().instances().getFirst().state());
        membership.stop();
        view.close();
        ingester.stop();
    }

    private Membership joined(boolean alone) {
        Membership membership =
                Membership.ofIngester(ingester, () -> new RingLifecycle(store, "ingester", "i", "", ""), alone);
        membership.start();
        return membership;
    }

    private static WriteBatch sample() {
        return new TestBatch(new TenantId("a"))
                .series(Labels.of("__name__", "up"))
                .sample(1_000_000, 1)
                .build();
    }

    private boolean isInBucket() {
        return Files.isDirectory(dir.resolve("bucket").resolve("a"));
    }
}
