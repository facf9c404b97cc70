/**
 * Which series of a tenant have which labels. In: the canonical label bytes of a new series with the number that the
 * head gave it, and, later, the numbers of those that are gone. Out: the numbers that a list of matchers selects, the
 * labels of a number, names and values.
 *
 * <p>{@link io.engram.tsdb.index.LabelIndex} is what the head writes into, one thread at a time; readers take a
 * {@link io.engram.tsdb.index.LabelView}, which stands still while the writer goes on. Names and values are interned as
 * whole pairs; a pair has an id, and ids stand for text wherever possible.
 */
package io.engram.tsdb.index;
