package io.engram.proto.grpc;

/**
 * A frame that goes to several instances.
 *
 * @param kept the labels that it leaves out, held until {@link #end}; null where none are kept
 */
record SharedFrame(byte[] message, KeptLabels kept) {
    /** It goes to nobody else. */
    void end() {
        if (kept != null) {
            kept.release();
        }
    }
}
