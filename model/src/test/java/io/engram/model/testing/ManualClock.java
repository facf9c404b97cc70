package io.engram.model.testing;

import io.engram.model.time.Clock;

/** A clock that a test holds in its hand. */
public final class ManualClock implements Clock {
    private volatile long nowMs;

    public ManualClock(long nowMs) {
        this.nowMs = nowMs;
    }

    public void set(long toMs) {
        nowMs = toMs;
    }

    public void advance(long byMs) {
        nowMs += byMs;
    }

    @Override
    public long nowMs() {
        return nowMs;
    }
}
