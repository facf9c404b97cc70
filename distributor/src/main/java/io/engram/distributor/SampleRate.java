package io.engram.distributor;

/**
 * How many samples a second a tenant sent lately: each counts less the longer ago it came, by a factor of e in a minute.
 * Safe for all threads.
 */
final class SampleRate {
    private static final double MINUTE_MS = 60_000;

    private double weight; // samples, each at what it still counts; guarded by this, as all
    private long atMs;

    synchronized void add(int samples, long nowMs) {
        decay(nowMs);
        weight += samples;
    }

    synchronized double perSecond(long nowMs) {
        decay(nowMs);
        return weight / (MINUTE_MS / 1000);
    }

    private void decay(long nowMs) {
        if (nowMs > atMs) { // a clock that was set back ages nothing
            weight *= Math.exp((atMs - nowMs) / MINUTE_MS);
            atMs = nowMs;
        }
    }
}
