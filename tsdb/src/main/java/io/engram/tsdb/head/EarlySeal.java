package io.engram.tsdb.head;

/**
 * When an open chunk is sealed before its cell ends: where memory is {@linkplain MemoryPressure#tight tight}, and where its
 * replica {@linkplain Standbys stands by} and it has filled its record and a block. {@link PieceJoin} puts such pieces together
 * again. For one thread.
 */
final class EarlySeal {
    /** Of a chunk that is sealed early: fewer would be more header than samples. */
    static final int SAMPLES_WORTH_SEALING = 16;

    private boolean tight;
    private Standbys standbys;
    private boolean standby;

    /** Batches of this tenant follow. */
    void begin(TenantHead head) {
        tight = head.memory().pressure().tight();
        standbys = head.standbys();
    }

    /** Samples of a series of this replica follow. */
    void series(int replica) {
        standby = replica != ReplicaNumbers.NONE && standbys.has(replica);
    }

    boolean isDue(OpenChunk chunk) {
        return (tight || standby && chunk.outgrowsBlock()) && chunk.count() >= SAMPLES_WORTH_SEALING;
    }
}
