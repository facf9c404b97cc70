package io.engram.querier.blocks;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Two calls, the second begun later or never, of which the first good answer counts. For one thread, once. */
final class Race<T> {
    private final Consumer<T> discard;
    private final List<Thread> threads = new ArrayList<>(2);
    private final BlockingQueue<End<T>> ends = new LinkedBlockingQueue<>();
    private boolean over; // guarded by this; what ends then is discarded

    /** An answer or a failure; neither where a hedge knows no better. */
    private record End<T>(int runner, T value, RuntimeException failure) {}

    Race(Consumer<T> discard) {
        this.discard = discard;
    }

    void start(Supplier<T> call) {
        int runner = threads.size();
        threads.add(Thread.ofVirtual().name("blocks-" + runner).start(() -> end(run(runner, call))));
    }

    private End<T> run(int runner, Supplier<T> call) {
        try {
            return new End<>(runner, call.get(), null);
        } catch (RuntimeException e) {
            return new End<>(runner, null, e);
        } catch (Error e) {
            return new End<>(runner, null, new IllegalStateException(e));
        }
    }

    private void end(End<T> end) {
        synchronized (this) {
            if (!over) {
                ends.add(end);
                return;
            }
        }
        if (end.value != null) {
            discard.accept(end.value);
        }
    }

    /**
     * Waits for the first good answer.
     *
     * @param slow called once, where the first call takes longer than {@code patienceNs}; may start the second
     * @throws RuntimeException the first call's failure, where there is no good answer or it is a refusal
     */
    Hedges.Answer<T> answer(long patienceNs, Runnable slow) {
        try {
            End<T> end = ends.poll(patienceNs, TimeUnit.NANOSECONDS);
            if (end == null) {
                slow.run();
                end = ends.take();
            }
            RuntimeException failure = null;
            RuntimeException hedgeFailure = null;
            for (int ended = 1; end.value == null; ended++) {
                if (end.runner == 0) {
                    failure = end.failure;
                } else {
                    hedgeFailure = end.failure;
                }
                if (ended == threads.size() || failure != null && GatewayRounds.isRefusal(failure)) {
                    throw failure(failure, hedgeFailure);
                }
                end = ends.take();
            }
            return new Hedges.Answer<>(end.value, end.runner > 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ErrorId.BLOCK_UNAVAILABLE, "the thread that asked store-gateways was interrupted", e);
        } finally {
            stop();
        }
    }

    private static RuntimeException failure(RuntimeException first, RuntimeException hedge) {
        if (hedge != null && hedge != first) {
            first.addSuppressed(hedge);
        }
        return first;
    }

    private void stop() {
        synchronized (this) {
            over = true;
        }
        for (End<T> end = ends.poll(); end != null; end = ends.poll()) {
            if (end.value != null) {
                discard.accept(end.value);
            }
        }
        threads.forEach(Thread::interrupt);
    }
}
