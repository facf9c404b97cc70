package io.engram.tsdb.replica;

/**
 * What the replicas of one pair (a tenant and a value of its cluster label) sent, window by window. Does not change while
 * it is read; may be read by several threads. Windows go by their numbers ({@link ReplicaWindow#of}).
 */
public interface Activity {
    /** How many replicas there are; each has a number from 0 on. */
    int replicaCount();

    /** The name of a replica; each has another one. */
    String replica(int replica);

    /** Samples of the replica whose times lie in the window; 0 where nothing is known of it. */
    long samples(int replica, long window);

    /** Series of the replica that had samples in the window. */
    long series(int replica, long window);
}
