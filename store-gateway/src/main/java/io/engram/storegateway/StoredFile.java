package io.engram.storegateway;

import io.engram.tsdb.block.BlockPath;

/**
 * A file of a block in the bucket.
 *
 * @param handle number of the block in this process: two blocks never have the same
 * @param number 0 for the index, from 1 for chunk segments
 * @param key of the object
 * @param path for messages
 */
record StoredFile(long handle, int number, String key, BlockPath path, long sizeBytes) {}
