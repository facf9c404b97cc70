package io.engram.querier.blocks;

import com.codahale.metrics.Counter;
import io.engram.server.metrics.Metrics;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Asks another store-gateway where the first is slow, and takes the answer that comes first: so one that hangs, or reads
 * what others have cached, holds up no query. Bounded to a share of all calls, so that store-gateways which are slow because
 * they have much to do do not get twice as much. Safe for many threads.
 */
public final class Hedges {
    private final Duration after;
    private final HedgeBudget budget;
    private final Hedges none;
    private final Counter made;
    private final Counter won;
    private final Counter denied;

    /**
     * @param after how long a call may take before another is made beside it; 0 for never
     * @param percent of all calls that may be made so
     */
    public Hedges(Duration after, int percent, Metrics metrics) {
        this(
                after,
                percent,
                metrics.counter(
                        "engram_querier_hedged_calls_total",
                        "Calls to store-gateways beside which another was asked, because they were slow."),
                metrics.counter(
                        "engram_querier_hedges_won_total",
                        "Hedged calls in which the store-gateway that was asked second answered first."),
                metrics.counter(
                        "engram_querier_hedges_denied_total",
                        "Slow calls to store-gateways that were waited for, because of querier.hedge-percent."));
    }

    private Hedges(Duration after, int percent, Counter made, Counter won, Counter denied) {
        this.after = after;
        this.budget = new HedgeBudget(percent);
        this.made = made;
        this.won = won;
        this.denied = denied;
        this.none = after.isZero() ? this : new Hedges(Duration.ZERO, 0, made, won, denied);
    }

    /** For calls that are made beside others already. */
    Hedges none() {
        return none;
    }

    /** @param hedged whether it is the other one's */
    record Answer<T>(T value, boolean hedged) {}

    /**
     * Asks the one and, where it is slow, another; the thread of the one that loses is interrupted.
     *
     * @param other answers null where it knows no better
     * @param discard gets an answer that nobody will use, on whatever thread
     * @throws RuntimeException what the one throws: at once where it was no hedge yet, or refused; else if the other fails too
     */
    <T> Answer<T> first(Supplier<T> one, Supplier<T> other, Consumer<T> discard) {
        if (after.isZero()) {
            return new Answer<>(one.get(), false);
        }
        budget.earn();
        Race<T> race = new Race<>(discard);
        race.start(one);
        Answer<T> answer = race.answer(after.toNanos(), () -> {
            if (budget.spend()) {
                made.inc();
                race.start(other);
            } else {
                denied.inc();
            }
        });
        if (answer.hedged()) {
            won.inc();
        }
        return answer;
    }
}
