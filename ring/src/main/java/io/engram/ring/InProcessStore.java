package io.engram.ring;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The store of a single process: forgets everything when it ends. */
public final class InProcessStore implements KeyValueStore {
    private final Map<String, Versioned> values = new HashMap<>(); // guarded by this
    private final Map<String, List<Consumer<Versioned>>> watchers = new HashMap<>(); // guarded by this

    @Override
    public synchronized Versioned get(String key) {
        return values.getOrDefault(key, Versioned.ABSENT);
    }

    @Override
    public synchronized boolean compareAndSet(String key, long expectedVersion, byte[] value) {
        if (get(key).version() != expectedVersion) {
            return false;
        }
        Versioned written = new Versioned(expectedVersion + 1, value);
        values.put(key, written);
        // Under the lock, so that watchers see changes in order; they only swap a reference.
        List.copyOf(watchers.getOrDefault(key, List.of())).forEach(watcher -> watcher.accept(written));
        return true;
    }

    @Override
    public synchronized Watch watch(String key, Consumer<Versioned> onChange) {
        watchers.computeIfAbsent(key, any -> new ArrayList<>()).add(onChange);
        onChange.accept(get(key));
        return () -> unwatch(key, onChange);
    }

    private synchronized void unwatch(String key, Consumer<Versioned> onChange) {
        watchers.get(key).remove(onChange);
    }
}
