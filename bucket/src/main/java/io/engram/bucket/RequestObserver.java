package io.engram.bucket;

/** Is told of every call of a bucket when it ends, by the calling thread. */
@FunctionalInterface
public interface RequestObserver {
    /**
     * @param bytes read or written by a call that succeeded; 0 for other calls
     * @param nanos how long it took, further attempts included
     */
    void ended(Operation operation, Outcome outcome, long bytes, long nanos);

    /** How a call ended. */
    enum Outcome {
        DONE,
        /** There was nothing to read, or the condition of a put did not hold: no fault of the store. */
        UNMET,
        FAILED
    }
}
