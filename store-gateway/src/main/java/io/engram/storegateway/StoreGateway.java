package io.engram.storegateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.engram.bucket.Bucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.hash.SeriesHash;
import io.engram.model.labels.Utf8Order;
import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import io.engram.server.http.Routes;
import io.engram.server.lifecycle.Component;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.roaringbitmap.RoaringBitmap;

/**
 * Answers selects from the blocks in the bucket. Opens whatever block it is asked for; a sync makes index-headers ahead, so that
 * the first query does not wait for them. Safe for all threads.
 *
 * <p>Queries fail with a {@link io.engram.model.failure.Failure}: {@code BLOCK_UNAVAILABLE} where the bucket does not answer,
 * {@code BLOCK_DAMAGED} where it holds something else than what was written, {@code BLOCK_…_LIMIT} where the tenant may not bring
 * so much. A block that is not in the bucket is no failure: it is missing from {@code blocks()} of the answer.
 */
public final class StoreGateway implements SelectBlocks, Component {
    /** What a bitmap takes beside its containers, and its entry in the cache. */
    private static final int LIST_ENTRY_BYTES = 256;

    private final StoreGatewayConfig config;
    private final TenantLimits limits;
    private final long clusterSeed;
    private final GatewayMetrics metrics;
    /** Working on a block takes CPU, which virtual threads would keep from those that only wait. */
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("store-gateway-", 0).factory());

    private final RangeReads reads;
    private final HeaderStore headers;
    private final HeaderSync sync;
    private final PageCache seriesPages;
    private final PageCache chunkPages;
    private final Cache<BucketLists.PostingsKey, RoaringBitmap> postings;

    /**
     * Opens nothing yet.
     *
     * @param dir of the index-headers, where the config names none
     * @param clusterSeed of all fingerprints
     * @param bucket stays the caller's
     */
    public StoreGateway(
            Path dir,
            StoreGatewayConfig config,
            Bucket bucket,
            BlockOwnership ownership,
            long clusterSeed,
            TenantLimits limits,
            Clock clock,
            Metrics registry) {
        this.config = config;
        this.limits = limits;
        this.clusterSeed = clusterSeed;
        this.metrics = new GatewayMetrics(registry);
        this.reads = new RangeReads(bucket, config.maxConcurrentReads(), metrics);
        Path folder = config.dir().isEmpty() ? dir : Path.of(config.dir());
        this.headers = new HeaderStore(
                folder,
                new HeaderBuild(bucket, reads, config.maxRangeSize()),
                config.indexHeaderIdleTimeout().toMillis(),
                clock,
                metrics);
        this.sync = new HeaderSync(bucket, headers, ownership, config, threads, clock, metrics);
        long heapBytes = Runtime.getRuntime().maxMemory();
        this.seriesPages = new PageCache(config.seriesCacheBytes(heapBytes));
        this.chunkPages = new PageCache(config.chunksCacheBytes(heapBytes));
        this.postings = Caffeine.newBuilder()
                .maximumWeight(config.postingsCacheBytes(heapBytes))
                .weigher((BucketLists.PostingsKey _, RoaringBitmap list) -> list.getSizeInBytes() + LIST_ENTRY_BYTES)
                .executor(Runnable::run)
                .recordStats()
                .build();
        metrics.cache("postings", postings);
        metrics.cache("series", seriesPages.view());
        metrics.cache("chunks", chunkPages.view());
        metrics.gauge("index_headers_loaded", "Index-headers in memory.", headers::loadedCount);
        metrics.gauge("index_headers", "Index-headers on the local disk.", () -> headers.onDisk()
                .size());
    }

    @Override
    public String name() {
        return "store-gateway";
    }

    /** Finds the index-headers that are on disk, and begins to make those that are missing; does not wait for them. */
    @Override
    public void start() throws IOException {
        headers.open();
        sync.start();
    }

    /**
     * Makes the index-headers of all blocks that are ours by now, and returns when they are there, as far as the bucket answers
     * and within a minute: whoever is asked for blocks from now on has them at hand. Call it after {@link #start}.
     */
    public void prepare() {
        sync.syncNow();
    }

    /** Index-headers stay on disk, for the next start. */
    @Override
    public void stop() {
        sync.stop();
        threads.shutdown();
        headers.close();
    }

    /** Adds the pages for operators. */
    public void register(Routes routes) {
        routes.add("GET", "/store-gateway/blocks", Routes.Access.OPERATE, new BlocksPage(headers));
    }

    @Override
    public Cursor select(Query query) {
        Select.Query select = query.select();
        SeriesHash hash = new SeriesHash(clusterSeed, select.tenant());
        FetchLimits budget = budget(select.tenant());
        Map<BlockId, BlockSeries> found = onEach(query, budget, block -> block.series(hash));
        List<BlockSeries> byTime = found.values().stream()
                .sorted(Comparator.comparingLong(BlockSeries::blockMinTimeMs)
                        .thenComparing(block -> block.key().block()))
                .toList();
        Pages pages = new Pages(chunkPages, reads, config.maxGapSize(), config.maxRangeSize());
        return new BlocksCursor(
                found.keySet(), JoinedBlocks.of(byTime), pages, select, config.maxRangeSize(), budget, metrics);
    }

    @Override
    public Strings labelNames(Query query) {
        return strings(onEach(query, budget(query.select().tenant()), block -> block.names()));
    }

    @Override
    public Strings labelValues(String name, Query query) {
        return strings(onEach(query, budget(query.select().tenant()), block -> block.values(name)));
    }

    private static Strings strings(Map<BlockId, List<String>> found) {
        Collection<List<String>> lists = found.values();
        if (lists.size() == 1) {
            return new Strings(found.keySet(), lists.iterator().next());
        }
        TreeSet<String> all = new TreeSet<>(Utf8Order::compare);
        lists.forEach(all::addAll);
        return new Strings(found.keySet(), List.copyOf(all));
    }

    private FetchLimits budget(TenantId tenant) {
        return new FetchLimits(tenant, limits.of(tenant));
    }

    /** Asks each block that is in the bucket, several at a time. */
    private <T> Map<BlockId, T> onEach(Query query, FetchLimits budget, Function<BlockSelect, T> question) {
        Map<BlockId, T> answers = new ConcurrentHashMap<>();
        Set<BlockId> asked = new HashSet<>(query.blocks());
        List<Runnable> tasks = new ArrayList<>(asked.size());
        for (BlockId block : asked) {
            tasks.add(() -> {
                BlockKey key = new BlockKey(query.select().tenant(), block);
                try {
                    answers.put(block, ask(key, query.select(), budget, question));
                } catch (BlockGone _) {
                    metrics.blocksMissing.inc(); // the caller sees that it is not among those that answered
                }
            });
        }
        if (!tasks.isEmpty()) {
            FanOut.run(threads, config.blockConcurrency(), tasks);
        }
        return answers;
    }

    private <T> T ask(BlockKey key, Select.Query query, FetchLimits budget, Function<BlockSelect, T> question) {
        IndexHeader header = headers.acquire(key);
        try {
            Pages pages = new Pages(seriesPages, reads, config.maxGapSize(), config.maxRangeSize());
            SeriesReader series = new SeriesReader(header, pages, budget, metrics);
            BucketLists lists = new BucketLists(header, series, postings, reads, config, budget, metrics);
            return question.apply(new BlockSelect(header, query, series, lists, budget, metrics));
        } finally {
            header.release();
        }
    }

    /** For tests: what a clock would do now and then. */
    HeaderStore headers() {
        return headers;
    }

    HeaderSync sync() {
        return sync;
    }
}
