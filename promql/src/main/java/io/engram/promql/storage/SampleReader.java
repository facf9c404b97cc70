package io.engram.promql.storage;

/** Goes through series in the order asked for. Used by one thread. */
public interface SampleReader extends AutoCloseable {
    /**
     * Reads the next series' samples within the selection's times into {@code into}, which is overwritten: times
     * strictly increase, stale markers are among the values.
     *
     * @return false behind the last series
     */
    boolean next(SampleColumns into);

    @Override
    void close();
}
