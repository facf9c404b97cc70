package io.engram.ring;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * One question to several at the same time, each on a virtual thread of its own. Who is slow beyond the others, and may be
 * missing, is left out: its thread is interrupted, and what it still brings is discarded on it. For one thread, once.
 *
 * @param <T> what each answers, never null
 */
public final class FanOut<T> {
    private final Waiting waiting;
    private final Consumer<T> discard;
    private final List<Thread> threads = new ArrayList<>();
    private final BlockingQueue<End<T>> ends = new LinkedBlockingQueue<>();
    private final List<T> answers;
    private boolean over; // guarded by this; what ends then is discarded

    /** An answer or a failure. */
    private record End<T>(int index, T value, RuntimeException failure) {}

    /**
     * Asks them.
     *
     * @param question to the one with an index; called on a thread for it, which is interrupted where nobody waits any more
     * @param discard gets answers that nobody will use, on whatever thread
     */
    public FanOut(int count, IntFunction<T> question, Consumer<T> discard, Losses losses, ReadPatience patience) {
        this.waiting = new Waiting(count, losses, patience, System.nanoTime());
        this.discard = discard;
        this.answers = new ArrayList<>(Collections.nCopies(count, null));
        for (int i = 0; i < count; i++) {
            int index = i;
            threads.add(Thread.ofVirtual().name("read-" + index).start(() -> end(ask(index, question))));
        }
    }

    private End<T> ask(int index, IntFunction<T> question) {
        try {
            return new End<>(index, question.apply(index), null);
        } catch (RuntimeException e) {
            return new End<>(index, null, e);
        } catch (Error e) {
            return new End<>(index, null, new IllegalStateException(e));
        }
    }

    private void end(End<T> end) {
        synchronized (this) {
            if (!over) {
                ends.add(end);
                return;
            }
        }
        if (end.failure == null) {
            discard.accept(end.value);
        }
    }

    /**
     * Waits; what was said, by index, with null for those that are lost.
     *
     * @throws RuntimeException what {@link Losses} throw
     * @throws Failure {@link ErrorId#COPIES_MISSING} where this thread was interrupted
     */
    public List<T> answers() {
        try {
            for (long leftNs = leftNs(); leftNs > 0; leftNs = leftNs()) {
                End<T> end = leftNs == Waiting.FOR_EVER ? ends.take() : ends.poll(leftNs, TimeUnit.NANOSECONDS);
                if (end != null) {
                    take(end);
                }
            }
            stop();
            for (End<T> end = ends.poll(); end != null; end = ends.poll()) {
                take(end); // came in the last moment
            }
            List<Integer> silent = waiting.silent();
            waiting.giveUp(); // before they end by it, so that nobody takes that for a failure
            silent.forEach(index -> threads.get(index).interrupt());
            return answers;
        } catch (InterruptedException e) {
            discardAll();
            Thread.currentThread().interrupt();
            throw new Failure(ErrorId.COPIES_MISSING, "the thread that read from other instances was interrupted", e);
        } catch (RuntimeException e) {
            discardAll();
            throw e;
        }
    }

    private long leftNs() {
        return waiting.leftNs(System.nanoTime());
    }

    private void take(End<T> end) {
        if (end.failure == null) {
            answers.set(end.index, end.value);
            waiting.answered(end.index, System.nanoTime());
        } else {
            waiting.failed(end.index, end.failure, System.nanoTime());
        }
    }

    private synchronized void stop() {
        over = true;
    }

    private void discardAll() {
        stop();
        for (End<T> end = ends.poll(); end != null; end = ends.poll()) {
            if (end.failure == null) {
                discard.accept(end.value);
            }
        }
        answers.stream().filter(answer -> answer != null).forEach(discard);
        threads.forEach(Thread::interrupt);
    }
}
