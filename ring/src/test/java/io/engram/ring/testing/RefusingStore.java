package io.engram.ring.testing;

import io.engram.ring.InProcessStore;
import io.engram.ring.KeyValueStore;
import io.engram.ring.StoreUnavailableException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A store that can be away. */
public final class RefusingStore implements KeyValueStore {
    private final InProcessStore store = new InProcessStore();
    public volatile boolean isAway;

    private InProcessStore store() {
        if (isAway) {
            throw new StoreUnavailableException("nobody is there", null);
        }
        return store;
    }

    @Override
    public Versioned get(String key) {
        return store().get(key);
    }

    @Override
    public Map<String, Versioned> list(String folder) {
        return store().list(folder);
    }

    @Override
    public boolean commit(List<Change> changes) {
        return store().commit(changes);
    }

    @Override
    public Watch watch(String key, Consumer<Versioned> onChange) {
        return store.watch(key, onChange);
    }

    @Override
    public Watch watchFolder(String folder, Consumer<Map<String, Versioned>> onChange) {
        return store.watchFolder(folder, onChange);
    }

    @Override
    public Watch present(String key) {
        return store.present(key);
    }

    @Override
    public long lastHeardMs() {
        return store.lastHeardMs();
    }

    @Override
    public long sessionTimeoutMs() {
        return store.sessionTimeoutMs();
    }

    @Override
    public String awaited() {
        return isAway ? "the store" : null;
    }

    @Override
    public void close() {
        store.close();
    }
}
