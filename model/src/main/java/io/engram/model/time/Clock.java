package io.engram.model.time;

/** What time it is. The only way to the wall clock, so that tests can hold it. */
@FunctionalInterface
public interface Clock {
    /** Milliseconds since the Unix epoch. */
    long nowMs();

    static Clock system() {
        return System::currentTimeMillis;
    }
}
