/**
 * One smooth series out of an HA pair: which replica leads in each window of five minutes, and the merge of the twins of a
 * series. In: counts of what each replica sent ({@link io.engram.tsdb.replica.Activity}), decoded samples of the twins. Out:
 * the samples that are shown, and at which of them the twin changes. Pure: nothing here reads a clock or keeps state from
 * one series to the next.
 *
 * <ol>
 *   <li>{@link io.engram.tsdb.replica.Ranks} orders the replicas of a pair for each window, by what they sent in the window
 *       before.
 *   <li>{@link io.engram.tsdb.replica.TwinMerge} shows the leader's samples and fills its holes from the others; {@link
 *       io.engram.tsdb.replica.MergedSamples} is what comes out.
 *   <li>{@link io.engram.tsdb.replica.Coverage} says where only one twin has data and nothing need be decoded.
 *   <li>{@link io.engram.tsdb.replica.Likeness} says whether twins that are to be folded for good are twins at all.
 * </ol>
 *
 * <p>Begin with {@code TwinMerge}; {@code docs/internals/replicas.md} has a worked example.
 */
package io.engram.tsdb.replica;
