package io.engram.promql.engine;

import io.engram.promql.storage.SeriesSource;
import io.engram.promql.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all operators of one query share: its limits, its annotations, the threads, and what it has opened. Used by
 * all threads that work for the query.
 */
final class QueryContext implements AutoCloseable {
    private final Storage storage;
    private final QueryOptions options;
    private final EngineConfig config;
    private final Workers workers;
    private final Annotations annotations;
    private final long deadlineNanos;
    private final AtomicLong heldSamples = new AtomicLong();
    private final List<SeriesSource> opened = new ArrayList<>(); // by the query's own thread, while operators are built

    QueryContext(Storage storage, QueryOptions options, EngineConfig config, Workers workers, Annotations annotations) {
        this.storage = storage;
        this.options = options;
        this.config = config;
        this.workers = workers;
        this.annotations = annotations;
        long timeoutNanos = options.timeoutMs() <= 0
                ? Long.MAX_VALUE / 2
                : Math.min(options.timeoutMs(), Long.MAX_VALUE / 4_000_000) * 1_000_000;
        this.deadlineNanos = System.nanoTime() + timeoutNanos;
    }

    Annotations annotations() {
        return annotations;
    }

    QueryOptions options() {
        return options;
    }

    SeriesSource select(Storage.Selection selection) {
        check();
        SeriesSource source = storage.select(selection);
        opened.add(source);
        source.warnings().forEach(annotations::storageWarning);
        return source;
    }

    /** Asks the storage what it has to tell; all samples were read. */
    void gatherInfos() {
        opened.forEach(source -> source.infos().forEach(annotations::storageInfo));
    }

    void forEachPart(int series, Workers.PartFactory factory) {
        workers.run(series, config.parallelSeries(), factory);
    }

    /**
     * Asked every so many series.
     *
     * @throws QueryException where the query was cancelled or has run out of time
     */
    void check() {
        if (options.cancelled().getAsBoolean() || Thread.currentThread().isInterrupted()) {
            throw new QueryException(QueryException.Kind.CANCELED, "query was canceled in expression evaluation");
        }
        if (System.nanoTime() - deadlineNanos > 0) {
            throw new QueryException(QueryException.Kind.TIMEOUT, "query timed out in expression evaluation");
        }
    }

    /**
     * Counts samples (or numbers of that size) that are kept in memory from now on.
     *
     * @throws QueryException where they are more than the query may hold
     */
    void hold(long samples) {
        long held = heldSamples.addAndGet(samples);
        if (options.maxSamples() > 0 && held > options.maxSamples()) {
            throw tooManySamples();
        }
    }

    /** Refuses steps of which one series alone would be more than the query may hold, before rows are made for them. */
    void checkSteps(int steps) {
        if (options.maxSamples() > 0 && steps > options.maxSamples()) {
            throw tooManySamples();
        }
    }

    void release(long samples) {
        heldSamples.addAndGet(-samples);
    }

    static QueryException tooManySamples() {
        return new QueryException(
                QueryException.Kind.EXECUTION,
                "query processing would load too many samples into memory in query execution");
    }

    static QueryException failure(String message) {
        return new QueryException(QueryException.Kind.EXECUTION, message);
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        for (SeriesSource source : opened) {
            try {
                source.close();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        opened.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
