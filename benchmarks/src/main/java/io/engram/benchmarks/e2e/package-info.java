/**
 * The whole, measured beside its peers: one workload is sent over remote write to Engram, Prometheus and VictoriaMetrics,
 * one after the other on the same machine, and then queried. In: which servers, how many series and rounds. Out: a table
 * of what each costs. Read {@link io.engram.benchmarks.e2e.EndToEnd} first.
 */
package io.engram.benchmarks.e2e;
