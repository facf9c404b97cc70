package io.engram.bucket.testing;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** When {@link S3Fake} fails, and how. The first rule that fits a request decides. For any number of threads. */
public final class S3Faults {
    private final List<Rule> rules = new CopyOnWriteArrayList<>();

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

    /** All requests that {@code which} takes fail, until {@link #clear}. */
    public void always(S3Fault fault, Predicate<S3Request> which) {
        rules.add(request -> which.test(request) ? Optional.of(fault) : Optional.empty());
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

    Optional<S3Fault> of(S3Request request) {
        return rules.stream().flatMap(rule -> rule.fault(request).stream()).findFirst();
    }
}
