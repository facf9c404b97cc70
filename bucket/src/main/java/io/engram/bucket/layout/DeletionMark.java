package io.engram.bucket.layout;

import io.engram.model.block.BlockId;

/**
 * Says that a block is to go once a delay has passed, so that readers have time to learn of what replaces it.
 *
 * @param timeS when it was marked, seconds since the Unix epoch
 * @param details for people; may be empty
 */
public record DeletionMark(BlockId id, long timeS, String details) {}
