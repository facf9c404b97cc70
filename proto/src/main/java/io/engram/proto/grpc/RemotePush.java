package io.engram.proto.grpc;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.write.ExemplarSample;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.WriteBatch;
import io.engram.proto.PendingPush;
import io.engram.proto.Push;
import io.grpc.Deadline;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends batches to one ingester as frames, without the labels of series that it has acknowledged. What is on its way is
 * bounded in bytes. Safe for many threads; none of them waits in {@link #push}.
 */
final class RemotePush implements Push {
    private final Peer peer;
    private final long maxInflightBytes;
    private final AtomicLong inflightBytes = new AtomicLong();
    private final AcknowledgedSeries acknowledged;

    RemotePush(Peer peer, ConnectionsConfig config) {
        this.peer = peer;
        this.maxInflightBytes = config.maxInflightPushBytes();
        this.acknowledged = new AcknowledgedSeries(config.knownSeriesBytes());
    }

    @Override
    public PendingPush push(WriteBatch batch) {
        LabelledSeries labelled = labelled(batch);
        if (labelled.count == 0 && batch.shared != null) {
            return pushShared(batch, labelled);
        }
        return send(batch, FrameEncoder.encode(batch, labelled), tags(batch, labelled));
    }

    /** A frame without labels is the same for all instances that know its series: the first one's is everybody's. */
    private PendingPush pushShared(WriteBatch batch, LabelledSeries none) {
        byte[] message = (byte[]) batch.shared.form();
        if (message == null) {
            message = FrameEncoder.encode(batch, none);
            batch.shared.hold(message);
        }
        return send(batch, message, PendingFrame.NO_TAGS);
    }

    private PendingPush send(WriteBatch batch, byte[] message, long[] tags) {
        reserve(message.length);
        return new PendingFrame(this, message, batch.rowCount(), tags).send();
    }

    private LabelledSeries labelled(WriteBatch batch) {
        LabelledSeries labelled = new LabelledSeries(batch.seriesCount);
        boolean[] alone = batch.exemplars.isEmpty() ? null : onlyExemplars(batch);
        for (int series = 0; series < batch.seriesCount; series++) {
            int length = batch.labelLength[series];
            if (length > 0
                    && ((alone != null && alone[series])
                            || !acknowledged.contains(AcknowledgedSeries.tag(
                                    batch.fingerprintHi[series], batch.fingerprintLo[series])))) {
                labelled.add(series, length);
            }
        }
        return labelled;
    }

    /**
     * Series of which a batch has nothing but exemplars. They go with their labels always: an ingester refuses exemplars of
     * a series that it does not hold, and does not tell one that it never knew from one that it could take up again.
     */
    private static boolean[] onlyExemplars(WriteBatch batch) {
        boolean[] alone = new boolean[batch.seriesCount];
        for (ExemplarSample exemplar : batch.exemplars) {
            int series = exemplar.series();
            alone[series] = batch.firstSample[series] == batch.firstSample[series + 1];
        }
        for (HistogramSample histogram : batch.histograms) {
            alone[histogram.series()] = false;
        }
        return alone;
    }

    private static long[] tags(WriteBatch batch, LabelledSeries labelled) {
        if (labelled.count == 0) {
            return PendingFrame.NO_TAGS;
        }
        long[] tags = new long[labelled.count];
        int count = 0;
        for (int series = 0; series < batch.seriesCount; series++) {
            if (labelled.has(series)) {
                tags[count++] = AcknowledgedSeries.tag(batch.fingerprintHi[series], batch.fingerprintLo[series]);
            }
        }
        return tags;
    }

    private void reserve(int bytes) {
        long now = inflightBytes.addAndGet(bytes);
        if (now > maxInflightBytes && now > bytes) { // one frame always passes, however large
            inflightBytes.addAndGet(-bytes);
            throw new Failure(
                    ErrorId.PEER_BUSY,
                    "%d bytes are on their way to %s, and %d more would be over %d (grpc-client.max-inflight-push-bytes)"
                            .formatted(now - bytes, peer.name(), bytes, maxInflightBytes));
        }
    }

    void release(int bytes) {
        inflightBytes.addAndGet(-bytes);
    }

    long inflightBytes() {
        return inflightBytes.get();
    }

    Peer peer() {
        return peer;
    }

    AcknowledgedSeries acknowledged() {
        return acknowledged;
    }

    Deadline deadline() {
        return peer.pushDeadline();
    }
}
