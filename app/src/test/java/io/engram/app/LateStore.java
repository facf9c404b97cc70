package io.engram.app;

import io.engram.ring.InProcessStore;
import io.engram.ring.KeyValueStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A store that tells folders only when a test says so, as one that is slow to answer after a start. */
final class LateStore implements KeyValueStore {
    private final InProcessStore store = new InProcessStore();
    private final Map<String, List<Runnable>> held = new HashMap<>();

    /** Tells what is held back of the folders whose names begin so, and holds back no more of them. */
    void tell(String prefix) {
        List<String> folders = held.keySet().stream()
                .filter(folder -> folder.startsWith(prefix))
                .toList();
        folders.forEach(folder -> held.remove(folder).forEach(Runnable::run));
    }

    @Override
    public Watch watchFolder(String folder, Consumer<Map<String, Versioned>> onChange) {
        List<Watch> begun = new ArrayList<>();
        held.computeIfAbsent(folder, _ -> new ArrayList<>()).add(() -> begun.add(store.watchFolder(folder, onChange)));
        return () -> begun.forEach(Watch::close);
    }

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
