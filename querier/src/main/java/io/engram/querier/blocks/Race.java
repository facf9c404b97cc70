package io.engram.querier.blocks;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.ring.Calls;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Two calls, the second begun later or never, of which the first good answer counts. For one thread, once. */
final class Race<T> {
    /** Those that answer null know no better: that is no good answer. */
    private final Calls<T> runners;

    Race(Consumer<T> discard) {
        this.runners = new Calls<>("blocks", discard);
    }

    void start(Supplier<T> call) {
        runners.start(call);
    }

    /**
     * Waits for the first good answer.
     *
     * @param slow called once, where the first call takes longer than {@code patienceNs}; may start the second
     * @throws RuntimeException the first call's failure, where there is no good answer or it is a refusal
     */
    Hedges.Answer<T> answer(long patienceNs, Runnable slow) {
        try {
            Calls.End<T> end = runners.next(patienceNs);
            if (end == null) {
                slow.run();
                end = runners.next();
            }
            RuntimeException failure = null;
            RuntimeException hedgeFailure = null;
            for (int ended = 1; end.value() == null; ended++) {
                if (end.call() == 0) {
                    failure = end.failure();
                } else {
                    hedgeFailure = end.failure();
                }
                if (ended == runners.count() || failure != null && GatewayRounds.isRefusal(failure)) {
                    throw failure(failure, hedgeFailure);
                }
                end = runners.next();
            }
            return new Hedges.Answer<>(end.value(), end.call() > 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ErrorId.BLOCK_UNAVAILABLE, "the thread that asked store-gateways was interrupted", e);
        } finally {
            runners.giveUp();
        }
    }

    private static RuntimeException failure(RuntimeException first, RuntimeException hedge) {
        if (hedge != null && hedge != first) {
            first.addSuppressed(hedge);
        }
        return first;
    }
}
