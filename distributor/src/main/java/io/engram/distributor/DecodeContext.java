package io.engram.distributor;

import io.engram.model.write.WriteBatch;

/** The buffers and the scanners that one request is decoded with, used again for the next. Used by one thread at a time. */
final class DecodeContext {
    /** Longer arrays are not kept: one huge request must not hold memory for ever. */
    private static final int KEPT_BYTES = 4 << 20;

    private static final int KEPT_ROWS = 1 << 17;

    final WriteBatch batch = new WriteBatch();
    final Refusals refusals = new Refusals();
    final BatchRows rows;
    final MetadataRows metadata = new MetadataRows(batch);
    final ReplicaRows replicas = new ReplicaRows();
    private final RemoteWrite1Scanner scanner1;
    private final RemoteWrite2Scanner scanner2;

    /** @param maxLabelBytes what the labels of a remote write 2.0 request may take when they are written out */
    DecodeContext(KnownSeries known, KnownRefs knownRefs, long maxLabelBytes) {
        this.rows = new BatchRows(known, batch, refusals);
        this.scanner1 = new RemoteWrite1Scanner(batch, rows, metadata);
        this.scanner2 = new RemoteWrite2Scanner(batch, rows, metadata, knownRefs, maxLabelBytes);
    }

    /**
     * Fills {@link #batch} and {@link #refusals} from a body.
     *
     * @param inflatedLength what {@link Body#inflatedLength} said
     * @param withLabels whether each series gets its labels, also where an ingester is taken to know it
     * @throws io.engram.model.failure.Failure where the body as a whole is refused
     */
    void decode(Body body, int inflatedLength, WriteRules rules, boolean withLabels) {
        if (batch.labels.length < inflatedLength + Wire.SLACK) {
            batch.labels = new byte[Math.max(inflatedLength + inflatedLength / 4 + Wire.SLACK, 1 << 16)];
        }
        body.inflate(batch.labels);
        boolean elects = rules.election() != null;
        switch (body.message()) {
            case VERSION_1 -> scanner1.scan(rules, inflatedLength);
            // The labels say whose a series is, and change: what is known of its references is not asked.
            case VERSION_2 -> scanner2.scan(rules, inflatedLength, withLabels || elects);
        }
        if (elects) {
            replicas.strip(batch, rules);
        }
    }

    /** What is to be remembered of the request when it is stored. */
    NewRefs newRefs(WriteMessage message) {
        return switch (message) {
            case VERSION_1 -> NewRefs.NONE;
            case VERSION_2 -> scanner2.newRefs();
        };
    }

    /** Lets go of arrays that grew beyond what is usual. */
    void trim() {
        batch.histograms.clear();
        batch.exemplars.clear();
        batch.metadata.clear();
        rows.trim(KEPT_ROWS);
        scanner2.trim(KEPT_ROWS);
        replicas.trim(KEPT_ROWS);
        if (batch.labels.length > KEPT_BYTES) {
            batch.labels = new byte[0];
        }
        if (batch.timestampMs.length > KEPT_ROWS) {
            batch.timestampMs = new long[0];
            batch.valueBits = new long[0];
            batch.startMs = new long[0];
        }
        if (batch.placement.length > KEPT_ROWS) {
            batch.fingerprintHi = new long[0];
            batch.fingerprintLo = new long[0];
            batch.placement = new int[0];
            batch.labelOffset = new int[0];
            batch.labelLength = new int[0];
            batch.firstSample = new int[1];
        }
    }
}
