package io.engram.server.metrics;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Remembers what its source said during a walk over all metrics. Walks may overlap: then the source is asked more often. */
final class OncePerWalk<T> implements Supplier<T> {
    private final Supplier<T> source;
    private final LongSupplier walk;
    private volatile Seen<T> seen;

    private record Seen<T>(long walk, T value) {}

    /** @param walk the number of the newest walk */
    OncePerWalk(Supplier<T> source, LongSupplier walk) {
        this.source = source;
        this.walk = walk;
    }

    @Override
    public T get() {
        long now = walk.getAsLong();
        Seen<T> last = seen;
        if (last == null || last.walk != now) {
            last = new Seen<>(now, source.get());
            seen = last;
        }
        return last.value;
    }
}
