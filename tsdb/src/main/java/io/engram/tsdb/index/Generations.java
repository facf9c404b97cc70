package io.engram.tsdb.index;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Holds back the memory of removed series until no reader can see them.
 *
 * <p>Every removal begins a generation. A view belongs to the one that was current when it was taken; what a removal
 * retires is freed when the views of all earlier generations are closed.
 */
final class Generations {
    /** Readers of one generation; the index itself counts as one while the generation is current. */
    static final class Generation {
        private final int number;
        private final AtomicInteger holders = new AtomicInteger(1);

        /** Frees what the removal that ended this generation took away. Set before the index lets go. */
        private volatile Runnable retired = () -> {};

        private Generation(int number) {
            this.number = number;
        }

        /** How many removals came before. */
        int number() {
            return number;
        }

        private boolean tryHold() {
            int now = holders.get();
            while (now > 0) {
                if (holders.compareAndSet(now, now + 1)) {
                    return true;
                }
                now = holders.get();
            }
            return false;
        }
    }

    private volatile Generation current = new Generation(0);

    /** Generations not yet freed, oldest first, the current one last. Guarded by itself. */
    private final Deque<Generation> unfreed = new ArrayDeque<>();

    Generations() {
        unfreed.add(current);
    }

    Generation hold() {
        while (true) {
            Generation generation = current;
            if (generation.tryHold()) {
                return generation;
            }
        }
    }

    void release(Generation generation) {
        if (generation.holders.decrementAndGet() == 0) {
            freeOldest();
        }
    }

    /** For the writer. {@code retired} runs once, in whichever thread closes the last view that it has to wait for. */
    void advance(Runnable retired) {
        Generation ended = current;
        ended.retired = retired;
        var next = new Generation(ended.number + 1);
        synchronized (unfreed) {
            unfreed.add(next);
        }
        current = next;
        release(ended);
    }

    private void freeOldest() {
        synchronized (unfreed) {
            while (unfreed.peek().holders.get() == 0) {
                unfreed.poll().retired.run();
            }
        }
    }
}
