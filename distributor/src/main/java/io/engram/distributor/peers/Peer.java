package io.engram.distributor.peers;

import com.codahale.metrics.Counter;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.time.Clock;

/** One ingester: whether it is to be tried, and how often it failed. Safe for many threads. */
public final class Peer {
    /** In place of a call: it is not to be made. */
    public static final long SPARED = CircuitBreaker.REFUSED;

    private final CircuitBreaker breaker;
    private final Clock clock;
    private final Counter failed;
    private final Counter notSent;

    Peer(CircuitBreaker breaker, Clock clock, Counter failed, Counter notSent) {
        this.breaker = breaker;
        this.clock = clock;
        this.failed = failed;
        this.notSent = notSent;
    }

    /**
     * Begins a call; its result is to be told with the number that this returns, but for {@link #SPARED}.
     *
     * @param timesConnected as {@link io.engram.proto.Push#timesConnected}
     */
    public long begin(long timesConnected) {
        long call = breaker.begin(clock.nowMs(), timesConnected);
        if (call == SPARED) {
            notSent.inc();
        }
        return call;
    }

    /** It answered, whatever it said of the samples. */
    public void answered(long call) {
        breaker.succeeded(call);
    }

    /** It took nothing. */
    public void failed(long call, RuntimeException why) {
        failed.inc();
        if (isOverload(why)) {
            breaker.succeeded(call);
        } else {
            breaker.failed(call, clock.nowMs());
        }
    }

    /** An answer after all: one tenant is not to get the ingester spared for all the others. */
    private static boolean isOverload(RuntimeException why) {
        return why instanceof Failure failure
                && switch (failure.id().cause()) {
                    case UNAVAILABLE ->
                        failure.id() == ErrorId.INSTANCE_MEMORY_LIMIT
                                || failure.id() == ErrorId.INSTANCE_TENANT_LIMIT
                                || failure.id() == ErrorId.INSTANCE_SERIES_LIMIT;
                    case BROKEN -> false;
                    default -> true;
                };
    }

    boolean isSpared() {
        return breaker.state() != CircuitBreaker.State.CLOSED;
    }
}
