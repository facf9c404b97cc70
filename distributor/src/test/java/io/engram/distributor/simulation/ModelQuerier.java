package io.engram.distributor.simulation;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.ring.Instance;
import io.engram.ring.Losses;
import io.engram.ring.MissingReaders;
import io.engram.ring.ReadPatience;
import io.engram.ring.ReadTolerance;
import io.engram.ring.Ring;
import io.engram.ring.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * A querier: asks all ingesters which series they have, then for samples in two steps, and goes on without those whom the
 * rule ({@link ReadTolerance}, {@link MissingReaders}, {@link Waiting}) allows to be missing. Blocks are read first.
 */
final class ModelQuerier {
    /** After which a connection that brings nothing is given up. */
    static final int SILENT_MS = 25_000;

    private static final ReadPatience PATIENCE = new ReadPatience(Duration.ofMillis(100));
    private static final int STEPS = 2;

    final String id;
    private final Timeline time;
    private final Network network;
    private final Map<String, ModelIngester> ingesters;
    private final Supplier<Ring> ring;
    private final Map<Long, Map<Long, Double>> bucket;

    /** What came of a read; the failure is null where it is good. */
    @FunctionalInterface
    interface Done {
        void done(Map<Long, Map<Long, Double>> samples, List<String> infos, RuntimeException failure);
    }

    /** How a call ends. */
    private interface Reply<T> {
        void end(T answer, RuntimeException failure);
    }

    /** One call to one ingester. */
    private interface Question<T> {
        void ask(ModelIngester ingester, int index, Reply<T> reply);
    }

    /** What an ingester said that it has, and in which of its lives. */
    private record Found(ModelIngester ingester, Set<Long> series, int life) {}

    ModelQuerier(
            String id,
            Timeline time,
            Network network,
            Map<String, ModelIngester> ingesters,
            Supplier<Ring> ring,
            Map<Long, Map<Long, Double>> bucket) {
        this.id = id;
        this.time = time;
        this.network = network;
        this.ingesters = ingesters;
        this.ring = ring;
        this.bucket = bucket;
    }

    void read(Done done) {
        new Read(done).begin();
    }

    private final class Read {
        private final Done done;
        private final Map<Long, Map<Long, Double>> samples = new HashMap<>();
        private final List<Found> found = new ArrayList<>();
        private final Set<Integer> lost = new HashSet<>();
        private MissingReaders missing;
        private Losses losses;

        Read(Done done) {
            this.done = done;
        }

        void begin() {
            bucket.forEach(this::merge);
            Ring now = ring.get();
            List<Instance> readers = now.readers();
            if (readers.isEmpty()) {
                done.done(null, List.of(), new Failure(ErrorId.NO_OWNER, "no ingester on the ring is active"));
                return;
            }
            missing = new MissingReaders(ReadTolerance.of(now, ModelDistributor.REPLICATION_FACTOR), readers.size());
            new Asking<Found>(readers.size(), missing.losses(readers), answers -> {
                        List<Instance> answered = new ArrayList<>();
                        answers.forEach((index, answer) -> {
                            found.add(answer);
                            answered.add(readers.get(index));
                        });
                        losses = missing.losses(answered);
                        fetch(0);
                    })
                    .ask(
                            index -> readers.get(index).id(),
                            (ingester, _, reply) -> ingester.series((series, life) ->
                                    reply.end(new Found(ingester, new HashSet<>(series), life), null)));
        }

        /** Brings the samples of some of the series. */
        private void fetch(int step) {
            if (step == STEPS) {
                done.done(samples, missing.notes(), null);
                return;
            }
            List<Integer> asked = new ArrayList<>();
            List<List<Long>> wanted = new ArrayList<>();
            for (int member = 0; member < found.size(); member++) {
                List<Long> some = new TreeSet<>(found.get(member).series)
                        .stream().filter(series -> (series & 1) == step).toList();
                if (!some.isEmpty() && !lost.contains(member)) {
                    asked.add(member);
                    wanted.add(some);
                }
            }
            new Asking<Map<Long, Map<Long, Double>>>(asked.size(), noting().among(asked), answers -> {
                        answers.values().forEach(answer -> answer.forEach(this::merge));
                        fetch(step + 1);
                    })
                    .ask(
                            index -> found.get(asked.get(index)).ingester.id,
                            (ingester, index, reply) ->
                                    ingester.samples(wanted.get(index), found.get(asked.get(index)).life, reply::end));
        }

        private Losses noting() {
            return new Losses() {
                @Override
                public boolean allows(List<Integer> silent) {
                    return losses.allows(silent);
                }

                @Override
                public void lost(int index, RuntimeException why) {
                    lost.add(index);
                    losses.lost(index, why);
                }
            };
        }

        /** A sample that two have is one; that they are equal is checked here. */
        private void merge(long series, Map<Long, Double> more) {
            Map<Long, Double> there = samples.computeIfAbsent(series, _ -> new HashMap<>());
            more.forEach((timeMs, value) -> {
                Double other = there.putIfAbsent(timeMs, value);
                if (other != null && !other.equals(value)) {
                    throw new AssertionError("two copies of " + series + " at " + timeMs + " differ");
                }
            });
        }

        /** One question to several, as {@link io.engram.ring.FanOut} puts it. */
        private final class Asking<T> {
            private final int count;
            private final Waiting waiting;
            private final Consumer<Map<Integer, T>> then;
            private final Map<Integer, T> answers = new TreeMap<>();
            private final Set<Integer> ended = new HashSet<>();
            private boolean over;

            Asking(int count, Losses rule, Consumer<Map<Integer, T>> then) {
                this.count = count;
                this.waiting = new Waiting(count, rule, PATIENCE, time.nowNs());
                this.then = then;
            }

            void ask(IntFunction<String> ids, Question<T> question) {
                for (int i = 0; i < count; i++) {
                    int index = i;
                    String to = ids.apply(index);
                    ModelIngester ingester = ingesters.get(to);
                    Reply<T> reply = (answer, why) -> network.send(to, id, () -> end(index, answer, why));
                    network.send(id, to, () -> {
                        if (ingester.isUp()) {
                            question.ask(ingester, index, reply);
                        } else {
                            reply.end(null, new Failure(ErrorId.PEER_UNAVAILABLE, to + " refuses the connection"));
                        }
                    });
                    time.in(
                            SILENT_MS,
                            () -> end(index, null, new Failure(ErrorId.PEER_UNAVAILABLE, to + " is silent")));
                }
                look();
            }

            private void end(int index, T answer, RuntimeException why) {
                if (over || !ended.add(index)) {
                    return;
                }
                try {
                    if (why == null) {
                        answers.put(index, answer);
                        waiting.answered(index, time.nowNs());
                    } else {
                        waiting.failed(index, why, time.nowNs());
                    }
                } catch (Failure failure) {
                    fail(failure);
                    return;
                }
                look();
            }

            /** Goes on where nobody is to be waited for any more; else looks again when patience is over. */
            private void look() {
                if (over) {
                    return;
                }
                long leftNs = waiting.leftNs(time.nowNs());
                if (leftNs == 0) {
                    try {
                        waiting.giveUp();
                    } catch (Failure failure) {
                        fail(failure);
                        return;
                    }
                    over = true;
                    then.accept(answers);
                } else if (leftNs != Waiting.FOR_EVER) {
                    time.in((leftNs + 999_999) / 1_000_000, this::look);
                }
            }

            private void fail(Failure failure) {
                over = true;
                done.done(null, missing.notes(), failure);
            }
        }
    }
}
