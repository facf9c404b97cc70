package io.engram.querier;

import io.engram.server.http.Exchange;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Whether the client of a query has hung up. The engine asks this often and from many threads; the connection itself,
 * which costs a system call, is asked at intervals only, and not at all by a query that is shorter than one.
 */
final class ClientWatch implements BooleanSupplier {
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Exchange exchange;
    private final AtomicLong nextNs = new AtomicLong(System.nanoTime() + INTERVAL_NS);
    private volatile boolean gone;

    ClientWatch(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public boolean getAsBoolean() {
        long next = nextNs.get();
        long now = System.nanoTime();
        if (!gone && now - next >= 0 && nextNs.compareAndSet(next, now + INTERVAL_NS)) {
            gone = exchange.clientGone();
        }
        return gone;
    }
}
