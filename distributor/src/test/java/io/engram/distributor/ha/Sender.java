package io.engram.distributor.ha;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/** A Prometheus of a simulation: scrapes one series, keeps what it could not send yet, sends again what was refused. */
final class Sender {
    /** A request, as long as it has samples. */
    record Batch(List<Long> timesMs) implements HeldWrite {
        @Override
        public long heldBytes() {
            return 100L * timesMs.size();
        }

        long oldestMs() {
            return timesMs.get(0);
        }

        long newestMs() {
            return timesMs.get(timesMs.size() - 1);
        }
    }

    /** Takes a batch; says what becomes of it. */
    interface Receiver {
        Verdict receive(String replica, Batch batch, Supplier<HeldWrite> copy);
    }

    private static final int MAX_BATCH = 4;

    final String replica;
    private final long intervalMs;
    private final long phaseMs;
    private final long sendMs;
    private final Deque<Long> queue = new ArrayDeque<>();
    private Batch again;
    private long nextSendMs;
    boolean up = true;
    boolean connected = true;

    Sender(String replica, long intervalMs, long phaseMs, long sendMs) {
        this.replica = replica;
        this.intervalMs = intervalMs;
        this.phaseMs = phaseMs;
        this.sendMs = sendMs;
    }

    /** {@code kill -9}: what was not sent is lost, as it is with remote write, which begins with the restart. */
    void kill() {
        up = false;
        queue.clear();
        again = null;
    }

    void step(long nowMs, long stepMs, Receiver receiver) {
        if (!up) {
            return;
        }
        for (long ms = nowMs; ms < nowMs + stepMs; ms++) {
            if (Math.floorMod(ms - phaseMs, intervalMs) == 0) {
                queue.add(ms);
            }
        }
        while (connected && nowMs >= nextSendMs && (again != null || !queue.isEmpty())) {
            if (!send(nowMs, receiver)) {
                return;
            }
        }
        if (nowMs >= nextSendMs) {
            nextSendMs = nowMs + sendMs;
        }
    }

    private boolean send(long nowMs, Receiver receiver) {
        if (again == null) {
            List<Long> times = queue.stream().limit(MAX_BATCH).toList();
            times.forEach(queue::remove);
            again = new Batch(times);
        }
        Batch batch = again;
        switch (receiver.receive(replica, batch, () -> batch)) {
            case Verdict.Take _, Verdict.Standby _ -> {
                again = null;
                return true;
            }
            case Verdict.LeaderLate late -> nextSendMs = nowMs + Math.min(10_000, late.retryMs());
            case Verdict.BufferFull _ -> nextSendMs = nowMs + 10_000;
            case Verdict.TooManyClusters _ -> throw new AssertionError("there is one cluster");
        }
        return false;
    }
}
