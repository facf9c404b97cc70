package io.engram.app;

import io.engram.ring.ClusterSeed;
import io.engram.ring.KeyValueStore;
import io.engram.ring.StoreUnavailableException;
import io.engram.server.lifecycle.Component;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the seed in this process' folder with that of the cluster. It starts before the process takes its places on the
 * rings, and waits for the store: so a process that began without ZooKeeper replays its log and answers those who knew it
 * before, is not ready, and with the folder of another cluster never comes onto a ring, as the start fails then. Later it
 * gives the seed back to a store that lost its data, before somebody new makes another; one that differs by then is told as
 * trouble, because those who keep samples under the old seed are to go on.
 */
final class SeedKeeping implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(SeedKeeping.class);
    private static final long RETRY_MS = 500;
    private static final long LOOK_AGAIN_MS = 5_000;

    private final Path folder;
    private final KeyValueStore store;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cluster-seed").daemon().factory());
    private volatile String awaited;
    private volatile String trouble;

    /** @param folder has the seed already */
    SeedKeeping(Path folder, KeyValueStore store) {
        this.folder = folder;
        this.store = store;
    }

    @Override
    public String name() {
        return "cluster-seed";
    }

    /** @throws IOException where the folder is of another cluster */
    @Override
    public void start() throws IOException, InterruptedException {
        while (!compare()) {
            String away = store.awaited();
            awaited = away == null ? "the store of the rings" : away;
            if (stopped.await(RETRY_MS, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
        awaited = null;
        timer.scheduleWithFixedDelay(this::lookAgain, LOOK_AGAIN_MS, LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
    }

    /** False where the store cannot be reached. */
    private boolean compare() throws IOException {
        try {
            ClusterSeed.open(folder, store, false);
            return true;
        } catch (StoreUnavailableException e) {
            LOG.atDebug().setCause(e).log("the cluster's seed is compared later");
            return false;
        }
    }

    /** Without the store this process goes on, as everything does. */
    void lookAgain() {
        try {
            if (compare()) {
                trouble = null;
            }
        } catch (IOException | RuntimeException e) {
            if (trouble == null) {
                LOG.error("the cluster's seed is not what it was", e);
            }
            trouble = e.getMessage();
        }
    }

    @Override
    public String awaited() {
        return awaited;
    }

    @Override
    public String trouble() {
        return trouble;
    }

    @Override
    public void stop() {
        stopped.countDown();
        timer.shutdownNow();
    }
}
