package io.engram.ring;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The store of a single process: forgets everything when it ends. */
public final class InProcessStore implements KeyValueStore {
    private final TreeMap<String, Versioned> values = new TreeMap<>(); // guarded by this
    private final Map<String, List<Consumer<Versioned>>> watchers = new HashMap<>(); // guarded by this
    private final Map<String, List<Consumer<Map<String, Versioned>>>> folderWatchers =
            new HashMap<>(); // guarded by this

    @Override
    public synchronized Versioned get(String key) {
        return values.getOrDefault(key, Versioned.ABSENT);
    }

    @Override
    public synchronized Map<String, Versioned> list(String folder) {
        Map<String, Versioned> found = new HashMap<>();
        String prefix = folder + "/";
        // '0' follows '/'.
        values.subMap(prefix, folder + "0").forEach((key, value) -> {
            if (key.indexOf('/', prefix.length()) < 0) {
                found.put(key.substring(prefix.length()), value);
            }
        });
        return Map.copyOf(found);
    }

    @Override
    public synchronized boolean commit(List<Change> changes) {
        for (Change change : changes) {
            if (get(change.key()).version() != change.expectedVersion()) {
                return false;
            }
        }
        changes.forEach(this::make);
        // Under the lock, so that watchers see changes in order.
        changes.forEach(change -> tell(change.key()));
        return true;
    }

    private void make(Change change) {
        if (change.value() == null) {
            values.remove(change.key());
        } else {
            values.put(change.key(), new Versioned(change.expectedVersion() + 1, change.value()));
        }
    }

    private void tell(String key) {
        List.copyOf(watchers.getOrDefault(key, List.of())).forEach(watcher -> watcher.accept(get(key)));
        int slash = key.lastIndexOf('/');
        if (slash >= 0) {
            String folder = key.substring(0, slash);
            List.copyOf(folderWatchers.getOrDefault(folder, List.of()))
                    .forEach(watcher -> watcher.accept(list(folder)));
        }
    }

    @Override
    public synchronized Watch watch(String key, Consumer<Versioned> onChange) {
        onChange.accept(get(key));
        return register(watchers, key, onChange);
    }

    @Override
    public synchronized Watch watchFolder(String folder, Consumer<Map<String, Versioned>> onChange) {
        onChange.accept(list(folder));
        return register(folderWatchers, folder, onChange);
    }

    private <T> Watch register(Map<String, List<Consumer<T>>> all, String key, Consumer<T> watcher) {
        all.computeIfAbsent(key, _ -> new ArrayList<>()).add(watcher);
        return () -> {
            synchronized (this) {
                all.get(key).remove(watcher);
            }
        };
    }

    @Override
    public synchronized Watch present(String key) {
        commit(List.of(new Change(key, get(key).version(), new byte[0])));
        return () -> absent(key);
    }

    private synchronized void absent(String key) {
        if (get(key).version() > 0) {
            commit(List.of(Change.delete(key, get(key).version())));
        }
    }

    @Override
    public long lastHeardMs() {
        return 0;
    }

    @Override
    public long sessionTimeoutMs() {
        return 1000;
    }

    @Override
    public String awaited() {
        return null;
    }

    @Override
    public void close() {}
}
