package io.engram.bucket.testing;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/** When {@link S3Fake} fails, and how. The first rule that fits a request decides. For any number of threads. */
public final class S3Faults {
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final LongAdder met = new LongAdder();

    /** Says whether and how a request fails. */
    @FunctionalInterface
    private interface Rule {
        Optional<S3Fault> fault(S3Request request);
    }

    /** The next {@code count} requests of an operation fail. */
    public void next(int count, S3Fault fault, S3Operation operation) {
        next(count, fault, request -> request.operation() == operation);
    }

    /** The next {@code count} requests that {@code which} takes fail. */
    public void next(int count, S3Fault fault, Predicate<S3Request> which) {
        int[] left = {count};
        rules.add(request -> {
            synchronized (left) {
                return left[0] > 0 && which.test(request) && left[0]-- > 0 ? Optional.of(fault) : Optional.empty();
            }
        });
    }

    /**
     * All requests that {@code which} takes fail, until {@link #clear}.
     *
     * @return ends this alone
     */
    public Runnable always(S3Fault fault, Predicate<S3Request> which) {
        Rule rule = request -> which.test(request) ? Optional.of(fault) : Optional.empty();
        rules.add(rule);
        return () -> rules.remove(rule);
    }

    /** Each request fails with {@code probability}, in one of the ways. */
    public void randomly(SplittableRandom random, double probability, S3Fault... faults) {
        rules.add(_ -> {
            synchronized (random) {
                return random.nextDouble() < probability
                        ? Optional.of(faults[random.nextInt(faults.length)])
                        : Optional.empty();
            }
        });
    }

    public void clear() {
        rules.clear();
    }

    /** Requests that failed so far. */
    public long count() {
        return met.sum();
    }

    Optional<S3Fault> of(S3Request request) {
        Optional<S3Fault> fault =
                rules.stream().flatMap(rule -> rule.fault(request).stream()).findFirst();
        fault.ifPresent(_ -> met.increment());
        return fault;
    }
}
