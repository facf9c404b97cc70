package io.engram.distributor;

import java.util.ArrayList;
import java.util.List;

/** Why copies of a batch were not stored, as a sentence. Guarded by its owner. */
final class CopyFailures {
    /** More make a text longer, not clearer. */
    private static final int MOST_NAMED = 5;

    private final List<String> named = new ArrayList<>(0);
    private RuntimeException first;
    private int count;

    /** @param why null where the instance was not tried, because it failed before */
    void add(String instance, RuntimeException why) {
        if (first == null) {
            first = why;
        }
        if (count++ < MOST_NAMED) {
            named.add(instance + ": "
                    + (why == null ? "not tried, because it failed before (distributor.circuit-breaker)" : text(why)));
        }
    }

    private static String text(RuntimeException why) {
        return why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
    }

    /** The first that is known; null where there is none. */
    RuntimeException first() {
        return first;
    }

    /** Begins with a separator; empty where nothing failed. */
    String text() {
        if (count == 0) {
            return "; the ring has no more that take writes";
        }
        String more = count > MOST_NAMED ? "; and " + (count - MOST_NAMED) + " more" : "";
        return "; " + String.join("; ", named) + more;
    }
}
