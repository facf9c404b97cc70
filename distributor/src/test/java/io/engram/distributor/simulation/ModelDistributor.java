package io.engram.distributor.simulation;

import io.engram.distributor.RingPush;
import io.engram.distributor.peers.BreakerConfig;
import io.engram.distributor.peers.Peers;
import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.PendingPush;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import io.engram.server.metrics.Metrics;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A distributor: {@link RingPush} as it is, and the repetition with labels that the write path makes. */
final class ModelDistributor {
    static final TenantId TENANT = new TenantId("team-a");
    static final int REPLICATION_FACTOR = 3;
    private static final int PUSH_TIMEOUT_MS = 10_000;

    final String id;
    private final Timeline time;
    private final Network network;
    private final Map<String, ModelIngester> ingesters;
    private final RingPush push;
    /** Series that were acknowledged: their labels stay behind. */
    private final Set<Long> known = new HashSet<>();

    private boolean up = true;

    /** One sample of a series: its fingerprint says all of it. */
    record Sample(long series, long timeMs) {
        double value() {
            return series % 1000 + timeMs;
        }

        int token() {
            return (int) (series >>> 32);
        }
    }

    /** What became of a write; the failure is null where all is stored. */
    @FunctionalInterface
    interface Done {
        void done(RuntimeException failure);
    }

    ModelDistributor(
            String id, Timeline time, Network network, Map<String, ModelIngester> ingesters, Supplier<Ring> ring) {
        this.id = id;
        this.time = time;
        this.network = network;
        this.ingesters = ingesters;
        this.push = new RingPush(
                ring,
                (all, _) -> all,
                REPLICATION_FACTOR,
                instance -> batch -> new Call(instance, frame(batch)),
                new Peers(BreakerConfig.defaults(), time, new Metrics()));
    }

    /** Whoever waits for it hears nothing more. */
    void kill() {
        up = false;
    }

    boolean isUp() {
        return up;
    }

    void write(List<Sample> samples, Done done) {
        write(samples, true, done);
    }

    private void write(List<Sample> samples, boolean leaveOut, Done done) {
        PendingPush pending;
        try {
            pending = push.push(batch(samples, leaveOut));
        } catch (RuntimeException e) {
            done.done(e);
            return;
        }
        pending.whenDone((outcome, failure) -> {
            if (!up) {
                return;
            }
            if (failure != null) {
                done.done(failure);
                return;
            }
            List<Sample> unknown = IntStream.range(0, samples.size())
                    .filter(row -> outcome.of(row) == SampleStatus.UNKNOWN_SERIES)
                    .mapToObj(samples::get)
                    .toList();
            if (unknown.isEmpty()) {
                samples.forEach(sample -> known.add(sample.series));
                done.done(refused(samples, outcome));
            } else {
                write(unknown, false, done);
            }
        });
    }

    private static RuntimeException refused(List<Sample> samples, WriteOutcome outcome) {
        for (int row = 0; row < samples.size(); row++) {
            if (!outcome.of(row).success()) {
                return new IllegalStateException(samples.get(row) + " is " + outcome.of(row));
            }
        }
        return null;
    }

    /** One sample a series, in their order. */
    private WriteBatch batch(List<Sample> samples, boolean leaveOut) {
        int n = samples.size();
        WriteBatch batch = new WriteBatch();
        batch.tenant = TENANT;
        batch.seriesCount = n;
        batch.sampleCount = n;
        batch.fingerprintHi = new long[n];
        batch.fingerprintLo = samples.stream().mapToLong(Sample::series).toArray();
        batch.placement = samples.stream().mapToInt(Sample::token).toArray();
        batch.labels = new byte[n];
        batch.labelOffset = new int[n];
        batch.labelLength = samples.stream()
                .mapToInt(sample -> leaveOut && known.contains(sample.series) ? 0 : 1)
                .toArray();
        batch.firstSample = new int[n + 1];
        Arrays.setAll(batch.firstSample, i -> i);
        batch.timestampMs = samples.stream().mapToLong(Sample::timeMs).toArray();
        batch.valueBits = samples.stream()
                .mapToLong(sample -> Double.doubleToRawLongBits(sample.value()))
                .toArray();
        return batch;
    }

    private static ModelIngester.Frame frame(WriteBatch batch) {
        int rows = batch.sampleCount;
        long[] series = new long[rows];
        boolean[] unlabelled = new boolean[rows];
        double[] values = new double[rows];
        int of = 0;
        for (int row = 0; row < rows; row++) {
            of = batch.seriesOf(row, of);
            series[row] = batch.fingerprintLo[of];
            unlabelled[row] = batch.labelLength[of] == 0;
            values[row] = Double.longBitsToDouble(batch.valueBits[row]);
        }
        return new ModelIngester.Frame(series, unlabelled, Arrays.copyOf(batch.timestampMs, rows), values);
    }

    /** A push to one ingester: ends with its answer, with a connection that is refused, or at its deadline. */
    private final class Call implements PendingPush {
        private Listener listener;
        private boolean ended;

        Call(Instance to, ModelIngester.Frame frame) {
            ModelIngester ingester = ingesters.get(to.id());
            network.send(id, to.id(), () -> {
                if (!ingester.isUp()) {
                    Failure refused = new Failure(ErrorId.PEER_UNAVAILABLE, to.id() + " refuses the connection");
                    network.send(to.id(), id, () -> end(null, refused));
                    return;
                }
                ingester.receive(frame, (outcome, why) -> network.send(to.id(), id, () -> end(outcome, why)));
            });
            time.in(PUSH_TIMEOUT_MS, () -> end(null, new Failure(ErrorId.PEER_TIMEOUT, to.id() + " is silent")));
        }

        private void end(WriteOutcome outcome, RuntimeException failure) {
            if (!ended) { // answers come twice, and too late
                ended = true;
                listener.done(outcome, failure);
            }
        }

        @Override
        public WriteOutcome await() {
            throw new IllegalStateException("nobody may wait in a simulation");
        }

        @Override
        public void whenDone(Listener whenDone) {
            listener = whenDone;
        }
    }
}
