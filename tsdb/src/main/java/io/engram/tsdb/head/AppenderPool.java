package io.engram.tsdb.head;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/** Appenders that no thread uses right now. Bounded: more are made when needed and dropped afterwards. Thread-safe. */
final class AppenderPool {
    private static final int KEPT = 2 * Runtime.getRuntime().availableProcessors();

    private final Supplier<BatchAppender> factory;
    private final ArrayDeque<BatchAppender> idle = new ArrayDeque<>(KEPT); // guarded by this

    AppenderPool(Supplier<BatchAppender> factory) {
        this.factory = factory;
    }

    BatchAppender take() {
        synchronized (this) {
            BatchAppender appender = idle.pollLast(); // the one whose arrays are in the cache
            if (appender != null) {
                return appender;
            }
        }
        return factory.get();
    }

    synchronized void give(BatchAppender appender) {
        if (idle.size() < KEPT) {
            idle.addLast(appender);
        }
    }
}
