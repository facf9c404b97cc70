package io.engram.server.lifecycle;

import java.time.Duration;

/** A part of the process that has a beginning and an end. */
public interface Component {
    /** As operators know it: {@code ingester}. */
    String name();

    /** Returns when the component can work; called once, by one thread. */
    void start() throws Exception;

    /** Ends what {@link #start} began; also after a start that failed half-way. Called at most once. */
    void stop() throws Exception;

    /**
     * How long {@link #stop} may take.
     *
     * @param usual what the configuration says of all components
     */
    default Duration stopTimeout(Duration usual) {
        return usual;
    }

    /**
     * What the component still waits for although it runs or starts, with how far it is ({@code replaying 63 %}); null
     * where it is ready. Called by other threads at any time.
     */
    default String awaited() {
        return null;
    }

    /**
     * What does not go as it should while the component goes on serving ({@code blocks of 3 tenants wait …}); null where
     * all is well. Called by other threads at any time.
     */
    default String trouble() {
        return null;
    }
}
