/**
 * Shows the replicas of HA pairs: who sends, who leads, who was missing. {@link io.engram.ingester.replicas.ReplicaReport}
 * makes it of what the heads counted, a pure function; a page and metrics show it.
 */
package io.engram.ingester.replicas;
