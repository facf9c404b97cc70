package io.engram.ingester.replicas;

/**
 * Windows in a row in which a replica sent clearly less than another one, or nothing.
 *
 * @param fromMs included
 * @param toMs excluded
 * @param samples that it sent
 * @param expected that the best replica sent, window by window; 0 where none sent any
 */
record ReplicaGap(long fromMs, long toMs, long samples, long expected) {}
