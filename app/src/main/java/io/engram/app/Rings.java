package io.engram.app;

import io.engram.ring.ClusterSeed;
import io.engram.ring.InProcessStore;
import io.engram.ring.Instance;
import io.engram.ring.KeyValueStore;
import io.engram.ring.RingLifecycle;
import io.engram.ring.RingView;
import io.engram.ring.StoreUnavailableException;
import io.engram.ring.zookeeper.ZooKeeperStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rings as this process sees them, and the store that they and all else that processes agree on is kept in. */
final class Rings implements AutoCloseable {
    static final String INGESTER = "ingester";
    static final String STORE_GATEWAY = "store-gateway";
    static final String COMPACTOR = "compactor";

    private static final Logger LOG = LoggerFactory.getLogger(Rings.class);
    private static final String DEFAULT_PATH = "/engram";
    private static final long SELF_WAIT_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long SELF_POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SEED_RETRY_MS = 500;
    private static final int SEED_TRIES_PER_LOG = 20;
    /** Two seconds: connecting takes less, and then the folder of another cluster is refused before anything reads it. */
    private static final int SEED_TRIES_WITH_ONE = 4;

    private final RingConfig config;
    private final KeyValueStore store;
    private final Map<String, RingView> views = new LinkedHashMap<>();

    private Rings(RingConfig config, KeyValueStore store) {
        this.config = config;
        this.store = store;
        // A dead ingester may have samples that nobody else has: it counts as missing until an operator says otherwise.
        views.put(INGESTER, new RingView(store, INGESTER));
        if (!config.local()) { // a process that is alone is on no others
            views.put(STORE_GATEWAY, new RingView(store, STORE_GATEWAY, config.forgetAfter(), true));
            // Nobody calls compactors: of those that die together the heartbeats alone tell.
            views.put(COMPACTOR, new RingView(store, COMPACTOR, config.forgetAfter(), false));
        }
    }

    /** Connects, without waiting for it. */
    static Rings open(RingConfig config) {
        return new Rings(config, config.local() ? new InProcessStore() : zookeeper(config));
    }

    private static KeyValueStore zookeeper(RingConfig config) {
        String connect = config.zookeeperConnect();
        int path = connect.indexOf('/');
        return ZooKeeperStore.open(
                path < 0 ? connect : connect.substring(0, path),
                Math.toIntExact(config.zookeeperSessionTimeout().toMillis()),
                path < 0 ? DEFAULT_PATH : connect.substring(path));
    }

    /**
     * The number that the hashes of the cluster begin with. A process whose folder has it goes on with that when the store
     * does not answer soon, and {@link SeedKeeping} compares them; any other waits for the store, or for a process that
     * keeps samples to put the seed there, and says so.
     *
     * @param keepsSamples whether this process may make the seed of a cluster that has none
     * @throws IOException where the folder is of another cluster, or cannot be used
     */
    long seed(Path folder, boolean keepsSamples) throws IOException, InterruptedException {
        if (config.local()) {
            return ClusterSeed.open(folder);
        }
        OptionalLong own = ClusterSeed.find(folder);
        for (int attempt = 0; ; attempt++) {
            String awaited;
            try {
                OptionalLong shared = ClusterSeed.open(folder, store, keepsSamples);
                if (shared.isPresent()) {
                    return shared.getAsLong();
                }
                awaited =
                        "the seed of the cluster, which the first ingester makes, and one that has it puts back: start the"
                                + " ingesters";
            } catch (StoreUnavailableException e) {
                if (own.isPresent() && attempt >= SEED_TRIES_WITH_ONE) {
                    LOG.warn("starting with the cluster's seed in {}, as the store does not answer", folder);
                    return own.getAsLong();
                }
                awaited = store.awaited() == null ? e.getMessage() : store.awaited();
            }
            if (own.isEmpty() && attempt % SEED_TRIES_PER_LOG == 0) {
                LOG.warn("this process cannot start before it has found {}", awaited);
            }
            Thread.sleep(SEED_RETRY_MS);
        }
    }

    KeyValueStore store() {
        return store;
    }

    /** Those of store-gateways and compactors are there in a cluster alone. */
    RingView view(String ring) {
        return views.get(ring);
    }

    /** What is waited for, for people, until all of these were seen; null from then on. */
    static String awaited(List<RingView> views) {
        for (RingView view : views) {
            String awaited = view.awaited();
            if (awaited != null) {
                return awaited;
            }
        }
        return null;
    }

    /** All of them by name. */
    Map<String, RingView> views() {
        return views;
    }

    /** The place of this process on one of them, not taken yet. */
    RingLifecycle place(String ring, String address) {
        return new RingLifecycle(store, ring, config.id(), address, config.instanceZone());
    }

    /** Waits a moment for this process to see that it joins a ring, as the others will. */
    void awaitSelf(String ring) {
        long untilNs = System.nanoTime() + SELF_WAIT_NS;
        while (System.nanoTime() < untilNs
                && views.get(ring).ring().instances().stream()
                        .noneMatch(instance ->
                                instance.id().equals(config.id()) && instance.state() == Instance.State.JOINING)) {
            LockSupport.parkNanos(SELF_POLL_NS);
        }
    }

    @Override
    public void close() {
        views.values().forEach(RingView::close);
        store.close();
    }
}
