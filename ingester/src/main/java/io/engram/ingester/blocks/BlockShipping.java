package io.engram.ingester.blocks;

import io.engram.bucket.Bucket;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.failure.Failure;
import io.engram.model.time.Clock;
import io.engram.server.metrics.Metrics;
import io.engram.tsdb.head.Heads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts the heads of all tenants into blocks and ships them, on a few threads of its own: a bucket that fails, or a disk that
 * is full, costs patience and nothing else, and a tenant whose upload takes long holds up no other. Safe for all threads.
 */
public final class BlockShipping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlockShipping.class);

    private final Path dir;
    private final BlocksConfig config;
    private final Heads heads;
    private final Bucket bucket;
    private final BlockIndexer indexer;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final ShippingCounts counts = new ShippingCounts();
    private final ConcurrentHashMap<TenantId, TenantBlocks> tenants = new ConcurrentHashMap<>();
    /** Tenants of which an earlier run has left blocks. */
    private final Set<TenantId> left = ConcurrentHashMap.newKeySet();

    private final ConcurrentHashMap<TenantId, Trouble> troubles = new ConcurrentHashMap<>();
    private final long longestQueryMs;
    private final TenantQueues work;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("block-shipping-timer").daemon().factory());

    /** Why a tenant's blocks do not get on, and since when. */
    private record Trouble(long sinceMs, Class<?> kind, String problem) {}

    /**
     * @param dir for blocks on their way; belongs to this alone
     * @param longestQuery for so long after a block is no longer held, queries that began before may read the head
     */
    public BlockShipping(
            Path dir,
            BlocksConfig config,
            Duration longestQuery,
            Heads heads,
            Bucket bucket,
            BlockIndexer indexer,
            Clock clock,
            Metrics metrics) {
        this.dir = dir;
        this.config = config;
        this.longestQueryMs = longestQuery.toMillis();
        this.work = new TenantQueues(config.shipConcurrency());
        this.heads = heads;
        this.bucket = bucket;
        this.indexer = indexer;
        this.clock = clock;
        register(metrics);
    }

    private void register(Metrics metrics) {
        metrics.counter("engram_ingester_blocks_cut_total", "Blocks cut from heads.", counts.cut::sum);
        metrics.counter("engram_ingester_blocks_shipped_total", "Blocks brought to the bucket.", counts.shipped::sum);
        metrics.counter("engram_ingester_shipped_bytes_total", "Bytes of these blocks.", counts.shippedBytes::sum);
        metrics.counter(
                "engram_ingester_head_releases_total",
                "Times that a head let go of shipped samples.",
                counts.releases::sum);
        metrics.counter(
                "engram_ingester_ship_failures_total", "Attempts to cut or ship that failed.", counts.failures::sum);
        metrics.gauge(
                "engram_ingester_blocks_waiting",
                "Blocks that are cut and not in the bucket yet.",
                () -> tenants.values().stream().mapToInt(TenantBlocks::waiting).sum());
        metrics.gauge(
                "engram_ingester_ship_failing_tenants",
                "Tenants whose last attempt to cut or ship failed.",
                troubles::size);
    }

    /** @throws IOException where the folder cannot be read */
    public void start() throws IOException {
        if (Files.isDirectory(dir)) {
            try (Stream<Path> folders = Files.list(dir)) {
                folders.forEach(this::takeUp);
            }
        }
        long intervalMs = config.shipInterval().toMillis();
        timer.scheduleWithFixedDelay(this::beginSafely, intervalMs, intervalMs, TimeUnit.MILLISECONDS);
    }

    /** A timer whose work throws never calls it again. */
    private void beginSafely() {
        try {
            begin();
        } catch (RuntimeException | Error e) {
            LOG.error("cannot look at the heads for what is due, will try again", e);
        }
    }

    private void takeUp(Path folder) {
        try {
            left.add(new TenantId(folder.getFileName().toString()));
        } catch (Failure e) {
            LOG.warn("left alone what is no tenant's folder path={} reason=\"{}\"", folder, e.getMessage());
        }
    }

    /** Blocks of which the head has all samples. */
    public Set<BlockId> held(TenantId tenant) {
        TenantBlocks blocks = tenants.get(tenant);
        return blocks == null ? Set.of() : blocks.held();
    }

    /** What keeps blocks from getting on, for operators; null where nothing does. */
    public String trouble() {
        var each = troubles.entrySet().iterator();
        if (!each.hasNext()) {
            return null;
        }
        var first = each.next();
        return "blocks of " + Math.max(1, troubles.size()) + " tenants wait, tenant " + first.getKey() + " since "
                + (clock.nowMs() - first.getValue().sinceMs()) / 1000 + " s: "
                + first.getValue().problem();
    }

    /** What is due of all tenants, now; returns when it is done. For tests that hold the clock. */
    void pass() {
        begin().handle((_, _) -> null).join();
    }

    /** Begins what is due of tenants; those that are still at what was due before are not waited for. */
    private CompletableFuture<Void> begin() {
        return CompletableFuture.allOf(tenants().stream()
                .map(tenant -> work.addIfIdle(
                        tenant,
                        () -> attempt(tenant, blocks -> {
                            long nowMs = clock.nowMs();
                            if (blocks.dropIfDeleted(nowMs)) {
                                return;
                            }
                            blocks.cutDue(
                                    nowMs - config.blockIdleTimeout().toMillis(),
                                    config.lateBlocksInterval().toMillis(),
                                    nowMs);
                            blocks.ship(nowMs);
                            blocks.release(nowMs, config.releaseDelay().toMillis());
                        })))
                .toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Cuts and ships everything that is in the heads now.
     *
     * @param only these tenants; those of which nothing is here have nothing to ship
     * @return tells when it is done; fails with what went wrong
     */
    public Future<?> flush(List<TenantId> only) {
        Set<TenantId> here = Set.copyOf(tenants());
        return CompletableFuture.allOf(only.stream()
                .filter(here::contains)
                .map(tenant -> work.add(
                        tenant,
                        () -> attempt(tenant, blocks -> {
                            blocks.cutAll(clock.nowMs());
                            blocks.ship(clock.nowMs());
                        })))
                .toArray(CompletableFuture<?>[]::new));
    }

    /** The tenants that have a head, or blocks on their way. */
    public List<TenantId> tenants() {
        Set<TenantId> all = new TreeSet<>(Comparator.comparing(TenantId::value));
        all.addAll(heads.tenants());
        all.addAll(left);
        all.addAll(troubles.keySet()); // or what is wrong with a tenant that has gone would be said for ever
        return List.copyOf(all);
    }

    private interface Step {
        void run(TenantBlocks blocks) throws IOException;
    }

    private void attempt(TenantId tenant, Step step) throws IOException {
        try {
            step.run(blocks(tenant));
            if (troubles.remove(tenant) != null) {
                LOG.info("blocks get on again tenant={}", tenant);
            }
        } catch (IOException | RuntimeException | Error e) { // nobody waits for what a pass throws
            counts.failures.increment();
            Trouble before = troubles.get(tenant);
            String problem = e.getMessage() == null ? e.toString() : e.getMessage();
            troubles.put(tenant, new Trouble(before == null ? clock.nowMs() : before.sinceMs(), e.getClass(), problem));
            if (before == null || !before.kind().equals(e.getClass())) {
                LOG.error("blocks cannot be cut or shipped, will try again tenant={}", tenant, e);
            }
            throw e;
        }
    }

    private TenantBlocks blocks(TenantId tenant) throws IOException {
        TenantBlocks blocks = tenants.get(tenant);
        if (blocks == null) {
            blocks = new TenantBlocks(
                    tenant,
                    heads,
                    LocalBlocks.open(dir.resolve(tenant.value())),
                    new TenantBucket(bucket, tenant),
                    indexer,
                    longestQueryMs,
                    random,
                    counts);
            tenants.put(tenant, blocks);
        }
        return blocks;
    }

    /** Ships everything before the end; whether that succeeded. No sample may come meanwhile. */
    public boolean flushAll() {
        timer.shutdownNow();
        try {
            flush(tenants()).get();
            return true;
        } catch (ExecutionException e) {
            LOG.error("not everything could be shipped, the next start goes on", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Ends what is under way. No sample may come meanwhile. */
    @Override
    public void close() {
        timer.shutdownNow();
        work.stop(); // interrupts cuts between two series, and uploads
        try {
            while (!work.awaitEnd(1)) {
                LOG.info("waiting for blocks that are being cut or shipped");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
