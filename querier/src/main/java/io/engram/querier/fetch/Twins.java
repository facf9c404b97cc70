package io.engram.querier.fetch;

/**
 * How the groups of a selection are to be merged.
 *
 * @param ranks null where nothing was read around the range, since no group has several series
 * @param minTimeMs the first time that is asked for, included; the last is {@code maxTimeMs}, included too
 * @param nowMs when the query was asked: a hole that is not closed yet lasts until then
 */
record Twins(TwinGroups groups, PairRanks ranks, long minTimeMs, long maxTimeMs, long nowMs, MergeNotes notes) {}
