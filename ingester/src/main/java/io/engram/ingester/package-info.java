/**
 * Owns the heads of all tenants: takes batches from distributors, answers selects of queriers, tells how the heads are.
 * The heads themselves are {@code io.engram.tsdb.head}; here they meet the interfaces between components, the ring and
 * the metrics. Read {@link io.engram.ingester.Ingester}.
 */
package io.engram.ingester;
