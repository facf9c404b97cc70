package io.engram.ring;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A {@link RingView} whose time goes by when it is told to, for the tests of those who look at rings. */
public final class ManualRingView implements AutoCloseable {
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final RingView view;

    public ManualRingView(KeyValueStore store, String name, Duration forgetAfter, boolean called) {
        this.view = new RingView(store, name, forgetAfter, called, nowMs::get);
    }

    public void pass(long ms) {
        nowMs.addAndGet(ms);
        view.tick();
    }

    public Ring ring() {
        return view.ring();
    }

    @Override
    public void close() {
        view.close();
    }
}
