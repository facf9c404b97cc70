package io.engram.storegateway;

import io.engram.bucket.NoSuchObject;

/** A block, or a file of it, is not in the bucket (any more). */
final class BlockGone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BlockGone(BlockKey key, NoSuchObject cause) {
        this("block " + key, cause);
    }

    BlockGone(String what, NoSuchObject cause) {
        super(what + ": " + cause.getMessage(), cause);
    }
}
