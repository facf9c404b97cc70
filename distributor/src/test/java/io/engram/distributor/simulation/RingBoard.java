package io.engram.distributor.simulation;

import io.engram.ring.Instance;
import io.engram.ring.Ring;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The store of the ring, and what each process has seen of it last: a little old, and as it was while it is cut off. */
final class RingBoard {
    /** What a change takes to be seen by those who are not cut off. */
    static final int SEEN_MS = 500;

    private final Timeline time;
    private final Map<String, Instance> stored = new TreeMap<>();
    /** The version of the board that a process wrote itself to last. */
    private final Map<String, Long> writtenAt = new HashMap<>();

    private final Map<String, View> views = new HashMap<>();
    private final Set<String> cut = new HashSet<>();
    private boolean lost;
    private long version;

    private static final class View {
        Ring ring = Ring.EMPTY;
        long version = -1;
    }

    RingBoard(Timeline time) {
        this.time = time;
    }

    /** A process begins to watch. */
    Supplier<Ring> watch(String process) {
        View view = new View();
        views.put(process, view);
        see(process, view);
        return () -> view.ring;
    }

    private void see(String process, View view) {
        if (lost || cut.contains(process) || view.version == version || views.get(process) != view) {
            return;
        }
        view.version = version;
        view.ring = Ring.of(List.copyOf(stored.values()));
    }

    void put(Instance instance) {
        stored.put(instance.id(), instance);
        changed();
        writtenAt.put(instance.id(), version);
    }

    /** Whether all know what was written of an instance last. */
    boolean seenByAll(String id) {
        return views.values().stream().allMatch(view -> view.version >= writtenAt.get(id));
    }

    void forget(String id) {
        stored.remove(id);
        changed();
    }

    private void changed() {
        version++;
        views.forEach((process, view) -> time.within(1, SEEN_MS, () -> see(process, view)));
    }

    Instance.State state(String id) {
        return stored.containsKey(id) ? stored.get(id).state() : null;
    }

    /** How many of a zone are written to. */
    long activeInZone(String zone) {
        return stored.values().stream()
                .filter(i -> i.zone().equals(zone) && i.takesWrites())
                .count();
    }

    void lose() {
        lost = true;
    }

    void cut(String process) {
        cut.add(process);
    }

    /** Whether a process can write to it. */
    boolean reachable(String process) {
        return !lost && !cut.contains(process);
    }

    /** Whether all see what is written: nobody adds and removes instances else. */
    boolean reachableForAll() {
        return !lost && cut.isEmpty();
    }

    void heal() {
        lost = false;
        cut.clear();
        changed();
    }

    void heal(String process) {
        cut.remove(process);
        changed();
    }
}
