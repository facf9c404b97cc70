/**
 * How busy each Prometheus server of an HA pair was, window by window: what decides who of the twins leads, and what the
 * page of the replicas shows. Ingesters count, blocks and selects carry what was counted. Read
 * {@link io.engram.model.replica.ActivityTable} first.
 */
package io.engram.model.replica;
