package io.engram.distributor;

import com.google.protobuf.MessageLite;
import io.engram.model.TenantId;
import io.engram.model.hash.SeriesHash;
import io.engram.model.limits.Limits;
import io.engram.model.testing.TestLimits;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.remote.v2.Request;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/** A decode context with what a request is judged by, for tests of what comes out of it. */
final class Decoding {
    /** Any time is taken, any length too. */
    static final Limits NO_LIMITS = TestLimits.with(Map.of(
            "maxLabelsPerSeries",
            0,
            "maxLabelNameBytes",
            0,
            "maxLabelValueBytes",
            0,
            "futureGracePeriod",
            Duration.ZERO,
            "pastGracePeriod",
            Duration.ZERO));

    private static final SeriesHash HASH = new SeriesHash(42, TenantId.ANONYMOUS);

    final KnownRefs knownRefs = new KnownRefs(1 << 20);
    final DecodeContext context = new DecodeContext(new KnownSeries(1 << 20), knownRefs, 8 << 20);
    final KnownMetadata metadata = new KnownMetadata(HASH);
    Limits limits = NO_LIMITS;
    /** Another one for other limits, as the tenant would make it. */
    long knownSalt = 7;
    /** Whether the replica label is taken off. */
    boolean election;

    void decode(MessageLite request) {
        decode(request instanceof Request ? WriteMessage.VERSION_2 : WriteMessage.VERSION_1, request.toByteArray());
    }

    /** Decodes into buffers that hold the rubbish of another request. */
    void decode(WriteMessage message, byte[] body) {
        Arrays.fill(context.batch.labels, (byte) (31 * body.length));
        decode(new Body.Plain(message, body, body.length), true);
    }

    void decode(Body body, boolean withLabels) {
        context.decode(body, body.inflatedLength(8 << 20), rules(), withLabels);
    }

    /** The same as one after the other requests come, of which all is stored: known series come without labels. */
    void decodeAndKnow(MessageLite request) {
        byte[] body = request.toByteArray();
        decode(new Body.Plain(WriteMessage.VERSION_2, body, body.length), false);
        knownRefs.addStored(context.newRefs(WriteMessage.VERSION_2), WriteOutcome.ALL_STORED);
    }

    WriteRules rules() {
        return new WriteRules(
                TenantId.ANONYMOUS,
                HASH,
                limits,
                new ReplicaLabels(limits.replicaLabels()),
                metadata,
                knownSalt,
                election ? new RequestElection(new HaLabels(limits), HASH, null) : null,
                0);
    }

    /** All samples and histograms that came, refused ones too. */
    int received() {
        return context.rows.received;
    }
}
