/**
 * Folds replicas for good: a block in which an HA pair's series stand once for each replica becomes one in which they stand
 * once, without replica labels. In: the block, and those around it, for what the merge must see beyond its borders. Out: a
 * block, and counts of what was folded and what was not.
 *
 * <p>Begin with {@link io.engram.tsdb.fold.BlockFold}; {@code SeriesFold} decides about one series, {@code Seam} about its
 * borders.
 */
package io.engram.tsdb.fold;
