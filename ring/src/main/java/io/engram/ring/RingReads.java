package io.engram.ring;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Asks all instances that may hold copies of what a tenant wrote, at the same time, and does without as many as {@link
 * ReadTolerance} says. Safe for many threads.
 */
public final class RingReads {
    private final Supplier<Ring> ring;
    private final BiFunction<Ring, TenantId, Ring> shard;
    private final int replicationFactor;
    private final ReadPatience patience;
    private final Runnable toldOfMissing;

    /**
     * @param ring the newest
     * @param shard the part of a ring that may hold a tenant's series: what it is written to now, and was before
     * @param replicationFactor copies that are written of each series
     * @param patience how long those are waited for that the answer would be whole without, at least
     */
    public RingReads(
            Supplier<Ring> ring, BiFunction<Ring, TenantId, Ring> shard, int replicationFactor, Duration patience) {
        this(ring, shard, replicationFactor, new ReadPatience(patience), () -> {});
    }

    private RingReads(
            Supplier<Ring> ring,
            BiFunction<Ring, TenantId, Ring> shard,
            int replicationFactor,
            ReadPatience patience,
            Runnable toldOfMissing) {
        this.ring = ring;
        this.shard = shard;
        this.replicationFactor = replicationFactor;
        this.patience = patience;
        this.toldOfMissing = toldOfMissing;
    }

    /** The same, for reads that are to be counted: {@code told} is called once for each that goes on without an instance. */
    public RingReads tellingOfMissing(Runnable told) {
        return new RingReads(ring, shard, replicationFactor, patience, told);
    }

    /** What one instance said. */
    public record Answer<T>(Instance instance, T value) {}

    /**
     * What was said, in the order of the instances.
     *
     * @param copiesEach how many of the answers tell of the same sample, on average: less than the replication factor where
     *     somebody is missing
     * @param byZone whether each zone has a copy of everything
     * @param missing whoever did not answer, and takes those who fail later on
     */
    public record Answers<T>(List<Answer<T>> all, double copiesEach, boolean byZone, MissingReaders missing) {
        public Answers {
            all = List.copyOf(all);
        }

        public List<T> values() {
            return all.stream().map(Answer::value).toList();
        }

        /** For more questions to those that answered, known by their places here. */
        public Losses losses() {
            return missing.losses(all.stream().map(Answer::instance).toList());
        }

        /** What there is of something that all answers together have {@code sum} copies of. */
        public long distinct(long sum) {
            return Math.round(sum / copiesEach);
        }
    }

    /**
     * Puts a question to all of them.
     *
     * @param question called on a thread for each instance, which is interrupted where the answer is not waited for;
     *     never answers null
     * @param discard gets answers that nobody will use
     * @throws Failure {@link ErrorId#COPIES_MISSING} where too few answered, {@link ErrorId#NO_OWNER} where there is nobody
     */
    public <T> Answers<T> ask(TenantId tenant, Function<Instance, T> question, Consumer<T> discard) {
        Ring part = shard.apply(ring.get(), tenant);
        List<Instance> readers = part.readers();
        if (readers.isEmpty()) {
            throw new Failure(ErrorId.NO_OWNER, "no ingester on the ring is active");
        }
        ReadTolerance tolerance = ReadTolerance.of(part, replicationFactor);
        MissingReaders missing = new MissingReaders(tolerance, readers.size(), toldOfMissing);
        double copies = Math.min(replicationFactor, readers.size());
        if (readers.size() == 1) {
            T value = question.apply(readers.getFirst());
            return new Answers<>(List.of(new Answer<>(readers.getFirst(), value)), copies, tolerance.byZone(), missing);
        }
        List<T> values = new FanOut<>(
                        readers.size(),
                        index -> question.apply(readers.get(index)),
                        discard,
                        missing.losses(readers),
                        patience)
                .answers();
        List<Answer<T>> all = new ArrayList<>(readers.size());
        for (int i = 0; i < readers.size(); i++) {
            if (values.get(i) != null) {
                all.add(new Answer<>(readers.get(i), values.get(i)));
            }
        }
        all.sort(Comparator.comparing(answer -> answer.instance().id()));
        return new Answers<>(all, copies * all.size() / readers.size(), tolerance.byZone(), missing);
    }

    /** How long those are waited for that an answer is whole without. */
    public ReadPatience patience() {
        return patience;
    }
}
