package io.engram.tsdb.head;

/**
 * The sections of a checkpoint; the file around them is the log's. All numbers little-endian; each section begins with
 * the tenant's ordinal (4 bytes) in the checkpoint.
 *
 * <pre>
 * 1 tenant   length 2, id; newest, oldest, truncated 8 each; next series 4; head chunks: end 8, files 4, then number 8 and
 *            newest sample 8 of each; 17 positions of the log, 8 each: records of lane i (a stripe, or the tenant as a
 *            whole) up to there are covered; the first releases wrote 16
 * 2 pairs    id 4, length 4, {@code 0A nameLen name 12 valueLen value}; until the section ends
 * 3 series   number 4, fingerprint 16, pairs 4, pair ids 4 each; until the section ends
 * 4 stripe   stripe 4; then: number 4, six words of the record 48, chunk length 4, chunk; until the section ends
 * 5 side     lane 4, kind 2, its version 2; then entries of a {@link SideStore}; until the section ends
 * </pre>
 *
 * Pair ids are those of the run that wrote the checkpoint. The tenant's section stands behind its others.
 */
final class CheckpointFormat {
    static final int TENANT = 1;
    static final int PAIRS = 2;
    static final int SERIES = 3;
    static final int STRIPE = 4;
    static final int SIDE = 5;

    /** Words of a record that a stripe's section has: all but the fingerprint. */
    static final int RECORD_WORDS = 6;

    private CheckpointFormat() {}
}
