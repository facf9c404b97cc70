package io.engram.distributor.peers;

/**
 * Spares a peer that fails. A function of what it is told and of the time it is told; safe for many threads.
 *
 * <pre>
 *           failures in a row                    cool-down over: one call is the probe
 *   CLOSED ───────────────────▶ OPEN ◀──────────────────────────────▶ HALF_OPEN
 *      ▲                          probe failed, or silent for a cool-down   │
 *      └───────────────── probe succeeded, or the peer was connected to anew ──┘
 * </pre>
 *
 * A peer that was connected to anew is in a new life, of which the failures before say nothing: it counts as a copy at once,
 * or the next one to be restarted would be one too many.
 *
 * Calls that were under way when the state changed say nothing about the new one: each call has the number of the era in
 * which it began, and results of earlier eras are ignored.
 */
final class CircuitBreaker {
    enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    /** In place of an era: the call is not to be made. */
    static final long REFUSED = -1;

    private final int failuresToOpen;
    private final long coolDownMs;

    private State state = State.CLOSED; // these are guarded by this
    private int failures; // in a row, while closed
    private long sinceMs; // when it opened, or the probe went out
    private long era;
    private long connected; // how often, when the last call began

    /** @param failuresToOpen how many in a row; 0 never opens */
    CircuitBreaker(int failuresToOpen, long coolDownMs) {
        this.failuresToOpen = failuresToOpen;
        this.coolDownMs = coolDownMs;
    }

    /**
     * Begins a call, whose result is to be told; {@link #REFUSED} where it is not to be made.
     *
     * @param timesConnected how often the peer was connected to until now
     */
    synchronized long begin(long nowMs, long timesConnected) {
        if (timesConnected != connected) {
            connected = timesConnected;
            state = State.CLOSED;
            failures = 0;
            era++;
        }
        if (state == State.CLOSED) {
            return era;
        }
        long passedMs = nowMs - sinceMs;
        if (passedMs >= 0 && passedMs < coolDownMs) { // a clock that was set back must not keep it open
            return REFUSED;
        }
        state = State.HALF_OPEN;
        sinceMs = nowMs;
        return ++era;
    }

    /** @param began what {@link #begin} said */
    synchronized void succeeded(long began) {
        if (began == era) {
            state = State.CLOSED;
            failures = 0;
        }
    }

    synchronized void failed(long began, long nowMs) {
        if (began != era || failuresToOpen == 0) {
            return;
        }
        if (state == State.HALF_OPEN || ++failures >= failuresToOpen) {
            state = State.OPEN;
            failures = 0;
            sinceMs = nowMs;
            era++;
        }
    }

    synchronized State state() {
        return state;
    }
}
