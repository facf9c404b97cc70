package io.engram.distributor.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Carries messages: late, twice, or not at all. */
final class Network {
    /** What a message takes where nothing is wrong. */
    static final int USUAL_MS = 20;

    private final Timeline time;
    private final Set<String> cut = new HashSet<>();
    private final Map<String, Integer> slowMs = new HashMap<>();
    private final Map<String, Integer> lossPercent = new HashMap<>();

    Network(Timeline time) {
        this.time = time;
    }

    /** From here on nothing reaches the one from the other, in neither direction; nobody is told. */
    void cut(String one, String other) {
        cut.add(link(one, other));
    }

    void mend(String one, String other) {
        cut.remove(link(one, other));
    }

    private static String link(String one, String other) {
        return one.compareTo(other) < 0 ? one + " " + other : other + " " + one;
    }

    /** Whatever goes to or comes from a process takes so much longer, at most. */
    void slow(String process, int ms) {
        slowMs.put(process, ms);
    }

    /** So much of what goes to or comes from a process is lost, and as much comes twice. */
    void lose(String process, int percent) {
        lossPercent.put(process, percent);
    }

    void heal() {
        cut.clear();
        slowMs.clear();
        lossPercent.clear();
    }

    void send(String from, String to, Runnable arrives) {
        int loss = Math.max(lossPercent.getOrDefault(from, 0), lossPercent.getOrDefault(to, 0));
        if (time.chance(loss)) {
            return;
        }
        int copies = time.chance(loss) ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            int slow = Math.max(slowMs.getOrDefault(from, 0), slowMs.getOrDefault(to, 0));
            time.within(1, USUAL_MS + 1 + slow, () -> {
                if (!cut.contains(link(from, to))) { // also where it was cut while the message was on its way
                    arrives.run();
                }
            });
        }
    }
}
