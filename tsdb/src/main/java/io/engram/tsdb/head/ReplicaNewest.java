package io.engram.tsdb.head;

/**
 * When a replica was last heard of.
 *
 * @param cluster as an activity table names it
 * @param replica as an activity table names it
 * @param newestMs timestamp of its newest sample; after a restart, until it sends again, the begin of its last window
 */
public record ReplicaNewest(String cluster, String replica, long newestMs) {}
