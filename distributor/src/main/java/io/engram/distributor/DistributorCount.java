package io.engram.distributor;

import io.engram.ring.KeyValueStore;
import io.engram.ring.KeyValueStore.Watch;
import io.engram.server.lifecycle.Component;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * How many distributors the cluster has: each says in the store that it is there. While the store is away, as many as there
 * were. Safe for all threads.
 */
public final class DistributorCount implements Component, IntSupplier {
    private static final String FOLDER = "distributors";

    private final KeyValueStore store;
    private final String id;
    private final List<Watch> watches = new ArrayList<>();
    private volatile int count = 1;

    /** @param id of this one, among all distributors of the store */
    public DistributorCount(KeyValueStore store, String id) {
        this.store = store;
        this.id = id;
    }

    @Override
    public String name() {
        return "distributor-count";
    }

    @Override
    public void start() {
        watches.add(store.present(FOLDER + "/" + id));
        watches.add(store.watchFolder(FOLDER, all -> count = Math.max(1, all.size())));
    }

    @Override
    public void stop() {
        watches.forEach(Watch::close);
    }

    @Override
    public int getAsInt() {
        return count;
    }
}
