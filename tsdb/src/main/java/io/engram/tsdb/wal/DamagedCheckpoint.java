package io.engram.tsdb.wal;

import java.io.IOException;

/** A checkpoint that is not whole; says where, and what should stand there. */
public final class DamagedCheckpoint extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedCheckpoint(String message) {
        super(message);
    }
}
