package io.engram.bucket;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts calls of a bucket by operation: behind metrics, and for benchmarks. For any number of threads. */
public final class RequestCounts implements RequestObserver {
    private final Map<Operation, Counters> counters = new EnumMap<>(Operation.class);

    /**
     * Sums since the beginning.
     *
     * @param failed those that the store is to blame for
     * @param nanos of all calls together
     */
    public record Sums(long calls, long failed, long bytes, long nanos) {}

    private record Counters(LongAdder calls, LongAdder failed, LongAdder bytes, LongAdder nanos) {}

    public RequestCounts() {
        for (Operation operation : Operation.values()) {
            counters.put(operation, new Counters(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder()));
        }
    }

    @Override
    public void ended(Operation operation, Outcome outcome, long bytes, long nanos) {
        Counters counted = counters.get(operation);
        counted.calls.increment();
        counted.failed.add(outcome == Outcome.FAILED ? 1 : 0);
        counted.bytes.add(bytes);
        counted.nanos.add(nanos);
    }

    public Sums of(Operation operation) {
        Counters counted = counters.get(operation);
        return new Sums(counted.calls.sum(), counted.failed.sum(), counted.bytes.sum(), counted.nanos.sum());
    }

    public long allCalls() {
        return counters.values().stream()
                .mapToLong(counted -> counted.calls.sum())
                .sum();
    }
}
