package io.engram.ring;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
    private final long patienceNs;

    /**
     * @param ring the newest
     * @param shard the part of a ring that may hold a tenant's series: what it is written to now, and was before
     * @param replicationFactor copies that are written of each series
     * @param patience how long those are waited for that the answer would be whole without
     */
    public RingReads(
            Supplier<Ring> ring, BiFunction<Ring, TenantId, Ring> shard, int replicationFactor, Duration patience) {
        this.ring = ring;
        this.shard = shard;
        this.replicationFactor = replicationFactor;
        this.patienceNs = patience.toNanos();
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

        /** What there is of something that all answers together have {@code sum} copies of. */
        public long distinct(long sum) {
            return Math.round(sum / copiesEach);
        }
    }

    /** One asked instance's end: an answer or a failure. */
    private record End<T>(int index, T value, RuntimeException failure) {}

    /**
     * Puts a question to all of them.
     *
     * @param question called on a thread for each instance, which is interrupted where the answer is not waited for
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
        MissingReaders missing = new MissingReaders(tolerance);
        double copies = Math.min(replicationFactor, readers.size());
        if (readers.size() == 1) {
            T value = question.apply(readers.getFirst());
            return new Answers<>(List.of(new Answer<>(readers.getFirst(), value)), copies, tolerance.byZone(), missing);
        }
        Asking<T> asking = new Asking<>(readers, question, discard, missing);
        List<Answer<T>> all = asking.answers(patienceNs);
        return new Answers<>(all, copies * all.size() / readers.size(), tolerance.byZone(), missing);
    }

    /** The question on its way; for one thread but for what it starts. */
    private static final class Asking<T> {
        private final List<Instance> readers;
        private final Consumer<T> discard;
        private final MissingReaders missing;
        private final List<Thread> threads = new ArrayList<>();
        private final BlockingQueue<End<T>> ends = new LinkedBlockingQueue<>();
        private final List<Answer<T>> answers;
        private final List<Instance> silent;
        private boolean over; // guarded by this; what ends then is discarded

        Asking(List<Instance> readers, Function<Instance, T> question, Consumer<T> discard, MissingReaders missing) {
            this.readers = readers;
            this.discard = discard;
            this.missing = missing;
            this.silent = new ArrayList<>(readers);
            this.answers = new ArrayList<>(readers.size());
            for (int i = 0; i < readers.size(); i++) {
                int index = i;
                threads.add(Thread.ofVirtual()
                        .name("read-" + readers.get(i).id())
                        .start(() -> end(ask(index, readers.get(index), question))));
            }
        }

        private End<T> ask(int index, Instance instance, Function<Instance, T> question) {
            try {
                return new End<>(index, question.apply(instance), null);
            } catch (RuntimeException e) {
                return new End<>(index, null, e);
            } catch (Error e) {
                return new End<>(index, null, new IllegalStateException(e));
            }
        }

        private void end(End<T> end) {
            synchronized (this) {
                if (!over) {
                    ends.add(end);
                    return;
                }
            }
            if (end.failure == null) {
                discard.accept(end.value);
            }
        }

        List<Answer<T>> answers(long patienceNs) {
            try {
                long untilNs = Long.MAX_VALUE; // not before those are in that must be
                while (!silent.isEmpty()) {
                    if (untilNs == Long.MAX_VALUE && !answers.isEmpty() && missing.allows(silent)) {
                        untilNs = System.nanoTime() + patienceNs;
                    }
                    End<T> end = untilNs == Long.MAX_VALUE
                            ? ends.take()
                            : ends.poll(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (end == null) {
                        break;
                    }
                    take(end);
                }
                stop();
                silent.forEach(instance -> missing.add(instance, null));
            } catch (InterruptedException e) {
                discardAll();
                Thread.currentThread().interrupt();
                throw new Failure(ErrorId.COPIES_MISSING, "the thread that asked the ingesters was interrupted", e);
            } catch (RuntimeException e) {
                discardAll();
                throw e;
            }
            answers.sort((a, b) -> a.instance().id().compareTo(b.instance().id()));
            return answers;
        }

        private void take(End<T> end) {
            Instance instance = readers.get(end.index);
            silent.remove(instance);
            if (end.failure == null) {
                answers.add(new Answer<>(instance, end.value));
            } else {
                missing.add(instance, end.failure);
            }
        }

        /** Whoever has not answered is told to stop; an answer that came in the last moment is used. */
        private void stop() {
            synchronized (this) {
                over = true;
            }
            for (End<T> end = ends.poll(); end != null; end = ends.poll()) {
                take(end);
            }
            for (Instance instance : silent) {
                threads.get(readers.indexOf(instance)).interrupt();
            }
        }

        private void discardAll() {
            synchronized (this) {
                over = true;
            }
            for (End<T> end = ends.poll(); end != null; end = ends.poll()) {
                if (end.failure == null) {
                    discard.accept(end.value);
                }
            }
            answers.forEach(answer -> discard.accept(answer.value()));
            threads.forEach(Thread::interrupt);
        }
    }
}
