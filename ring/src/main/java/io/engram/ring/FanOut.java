package io.engram.ring;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
    private final Calls<T> calls;
    private final List<T> answers;

    /**
     * Asks them.
     *
     * @param question to the one with an index; called on a thread for it, which is interrupted where nobody waits any more
     * @param discard gets answers that nobody will use, on whatever thread
     */
    public FanOut(int count, IntFunction<T> question, Consumer<T> discard, Losses losses, ReadPatience patience) {
        this.waiting = new Waiting(count, losses, patience, System.nanoTime());
        this.discard = discard;
        this.calls = new Calls<>("read", discard);
        this.answers = new ArrayList<>(Collections.nCopies(count, null));
        for (int i = 0; i < count; i++) {
            int index = i;
            calls.start(() -> question.apply(index));
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
                Calls.End<T> end = leftNs == Waiting.FOR_EVER ? calls.next() : calls.next(leftNs);
                if (end != null) {
                    take(end);
                }
            }
            calls.close();
            for (Calls.End<T> end = calls.poll(); end != null; end = calls.poll()) {
                take(end); // came in the last moment
            }
            waiting.giveUp(); // before they end by it, so that nobody takes that for a failure
            calls.interrupt();
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

    private void take(Calls.End<T> end) {
        if (end.failure() == null) {
            answers.set(end.call(), end.value());
            waiting.answered(end.call(), System.nanoTime());
        } else {
            waiting.failed(end.call(), end.failure(), System.nanoTime());
        }
    }

    private void discardAll() {
        calls.giveUp();
        answers.stream().filter(answer -> answer != null).forEach(discard);
    }
}
