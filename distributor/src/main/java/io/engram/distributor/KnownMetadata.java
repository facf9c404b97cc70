package io.engram.distributor;

import io.engram.model.hash.SeriesHash;

/**
 * What a tenant's senders said of its metrics lately, as hashes: what is said again is not handed on, and costs no
 * string. Forgotten from time to time, so that an ingester that lost it learns it again. Safe for all threads.
 */
final class KnownMetadata {
    /** Senders repeat it each minute: to hand on a tenth of that costs nothing. */
    private static final long FORGET_AFTER_MS = 10 * 60_000L;

    /** Metrics times the different things that are said of one; 8 bytes each, twice. */
    private static final int MAX_SIZE = 1 << 16;

    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final SeriesHash hash;
    private final LongSet known = new LongSet(MAX_SIZE); // guarded by this
    private long forgetAtMs = Long.MIN_VALUE; // guarded by this

    KnownMetadata(SeriesHash hash) {
        this.hash = hash;
    }

    /** A hash over all that a message says; {@code words} is where the parts' hashes are put for the moment. */
    long hash(
            byte[] bytes,
            int type,
            int metricAt,
            int metricLength,
            int helpAt,
            int helpLength,
            int unitAt,
            int unitLength,
            long[] words) {
        hash.fingerprint(bytes, metricAt, metricLength, words, words, 0);
        long all = words[0] * MIX + type;
        hash.fingerprint(bytes, helpAt, helpLength, words, words, 0);
        all = (Long.rotateLeft(all, 29) ^ words[0]) * MIX;
        hash.fingerprint(bytes, unitAt, unitLength, words, words, 0);
        all = (Long.rotateLeft(all, 29) ^ words[0]) * MIX;
        return all ^ all >>> 32;
    }

    synchronized boolean contains(long hash, long nowMs) {
        if (nowMs >= forgetAtMs) {
            forgetAtMs = nowMs + FORGET_AFTER_MS;
            known.clear();
        }
        return known.contains(hash);
    }

    /** Remembers what was handed on and taken. */
    synchronized void add(long[] hashes) {
        for (long one : hashes) {
            known.add(one);
        }
    }
}
