package io.engram.ring.testing;

import io.engram.ring.InProcessStore;
import io.engram.ring.KeyValueStore;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A store in this process, for tests that have it behave otherwise in some calls. */
public class ForwardingStore implements KeyValueStore {
    private final InProcessStore store = new InProcessStore();

    @Override
    public Versioned get(String key) {
        return store.get(key);
    }

    @Override
    public Map<String, Versioned> list(String folder) {
        return store.list(folder);
    }

    @Override
    public boolean commit(List<Change> changes) {
        return store.commit(changes);
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
        return store.awaited();
    }

    @Override
    public void close() {
        store.close();
    }
}
