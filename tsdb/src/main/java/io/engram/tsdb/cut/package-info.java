/**
 * From head to block: {@link io.engram.tsdb.cut.CutPlan} says which ranges of time are due, {@link
 * io.engram.tsdb.cut.HeadCut} writes one of them as a block. Chunks are copied as they are.
 */
package io.engram.tsdb.cut;
