package io.engram.app;

import io.engram.ring.testing.ForwardingStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A store that tells folders only when a test says so, as one that is slow to answer after a start. */
final class LateStore extends ForwardingStore {
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
        held.computeIfAbsent(folder, _ -> new ArrayList<>()).add(() -> begun.add(super.watchFolder(folder, onChange)));
        return () -> begun.forEach(Watch::close);
    }
}
