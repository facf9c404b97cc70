package io.engram.querier.blocks;

import io.engram.model.block.BlockId;
import io.engram.model.failure.Cause;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.ring.Instance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Puts one question about blocks to store-gateways, round by round. In each round every block that nobody answered for yet
 * goes to the next gateway in its order; gateways of a round are asked at the same time, and others for the blocks of one
 * that is slow. For one thread.
 *
 * @param <T> what a gateway answers
 */
final class GatewayRounds<T> {
    /** So many gateways that answer without a block, and it is not there: all open any block they are asked for. */
    private static final int NOT_FOUND_BY = 2;

    private final GatewayOrder order;
    private final Hedges hedges;
    private final Function<T, Set<BlockId>> answeredFor;
    private final Consumer<T> discard;
    private final Map<BlockId, Iterator<Instance>> next = new LinkedHashMap<>();
    private final Map<BlockId, Integer> notFound = new HashMap<>();
    private final List<Answer<T>> answers = new ArrayList<>();
    /** Gateways not to be asked. Replaced and never changed: threads whose answers nobody wants may still look at it. */
    private volatile Set<Instance> without = Set.of();

    private RuntimeException failure;

    /** @param blocks that it answered for, and nobody else */
    record Answer<T>(Instance gateway, T value, Set<BlockId> blocks) {}

    /** @param discard gets answers that nobody will use */
    GatewayRounds(GatewayOrder order, Hedges hedges, Function<T, Set<BlockId>> answeredFor, Consumer<T> discard) {
        this.order = order;
        this.hedges = hedges;
        this.answeredFor = answeredFor;
        this.discard = discard;
    }

    /**
     * How the question to one gateway ended: with its answer, or with those of others who were faster and have all that it
     * was asked for, or with a failure.
     */
    private record End<T>(T value, List<Answer<T>> others, RuntimeException failure) {
        void discard(Consumer<T> discard) {
            if (value != null) {
                discard.accept(value);
            }
            others.forEach(answer -> discard.accept(answer.value));
        }
    }

    /** One call of a gateway. */
    @FunctionalInterface
    interface Question<T> {
        T ask(Instance gateway, List<BlockId> blocks);
    }

    /**
     * The answers, no two for the same block. Blocks that no gateway has are in none of them.
     *
     * @param unwanted gateways that are not to be asked
     * @throws Failure where a block is in none because gateways failed, or refused the question
     */
    List<Answer<T>> ask(Collection<BlockId> blocks, Set<Instance> unwanted, Question<T> question) {
        without = Set.copyOf(unwanted);
        for (BlockId block : blocks) {
            next.put(
                    block,
                    order.of(block).stream()
                            .filter(gateway -> !unwanted.contains(gateway))
                            .iterator());
        }
        try {
            for (var round = round(); !round.isEmpty(); round = round()) {
                List<End<T>> ends = askAll(round, question);
                int i = 0;
                for (var asked : round.entrySet()) {
                    take(asked.getKey(), asked.getValue(), ends.get(i++));
                }
            }
            if (!next.isEmpty() && failure != null) {
                throw failure;
            }
        } catch (RuntimeException e) {
            answers.forEach(answer -> discard.accept(answer.value));
            throw e;
        }
        return answers;
    }

    /** Who is asked for what next; nobody where there is nothing left to ask, or nobody. */
    private Map<Instance, List<BlockId>> round() {
        Map<Instance, List<BlockId>> round = new LinkedHashMap<>();
        next.forEach((block, gateways) -> {
            if (gateways.hasNext() && notFound.getOrDefault(block, 0) < NOT_FOUND_BY) {
                round.computeIfAbsent(gateways.next(), _ -> new ArrayList<>()).add(block);
            }
        });
        return round;
    }

    private List<End<T>> askAll(Map<Instance, List<BlockId>> round, Question<T> question) {
        List<End<T>> ends = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        round.forEach((gateway, blocks) -> {
            int index = ends.size();
            ends.add(null);
            Runnable call = () -> {
                End<T> end = end(gateway, blocks, question);
                synchronized (ends) {
                    ends.set(index, end);
                }
            };
            if (round.size() == 1) {
                call.run();
            } else {
                threads.add(Thread.ofVirtual().name("blocks-" + gateway.id()).unstarted(call));
            }
        });
        threads.forEach(Thread::start);
        join(threads, ends);
        return ends;
    }

    private End<T> end(Instance gateway, List<BlockId> blocks, Question<T> question) {
        try {
            return hedges.first(
                            () -> new End<>(question.ask(gateway, blocks), List.of(), null),
                            () -> othersFor(gateway, blocks, question),
                            end -> end.discard(discard))
                    .value();
        } catch (RuntimeException e) {
            return new End<>(null, List.of(), e);
        }
    }

    /** Asks others for the same; null where they do not have all of it. */
    private End<T> othersFor(Instance slow, List<BlockId> blocks, Question<T> question) {
        List<Answer<T>> others =
                new GatewayRounds<>(order, hedges.none(), answeredFor, discard).ask(blocks, and(slow), question);
        End<T> end = new End<>(null, others, null);
        if (others.stream().mapToInt(answer -> answer.blocks.size()).sum() == blocks.size()) {
            return end;
        }
        end.discard(discard);
        return null;
    }

    private Set<Instance> and(Instance gateway) {
        Set<Instance> more = new HashSet<>(without);
        more.add(gateway);
        return more;
    }

    /** Waits for all of them; where this thread is interrupted, they are too. */
    private void join(List<Thread> threads, List<End<T>> ends) {
        InterruptedException interrupt = null;
        for (int i = 0; i < threads.size(); i++) {
            try {
                threads.get(i).join();
            } catch (InterruptedException e) {
                interrupt = e;
                threads.forEach(Thread::interrupt);
                i--; // they end soon, and leave no cursor open behind us
            }
        }
        if (interrupt != null) {
            ends.forEach(end -> end.discard(discard));
            Thread.currentThread().interrupt();
            throw new Failure(
                    ErrorId.BLOCK_UNAVAILABLE, "the thread that asked store-gateways was interrupted", interrupt);
        }
    }

    private void take(Instance gateway, List<BlockId> asked, End<T> end) {
        if (end.failure != null) {
            without = and(gateway);
            failed(end.failure);
            return;
        }
        if (end.value == null) {
            answers.addAll(end.others);
            asked.forEach(next::remove);
            return;
        }
        Set<BlockId> found = new LinkedHashSet<>(asked);
        found.retainAll(answeredFor.apply(end.value));
        if (found.isEmpty()) {
            discard.accept(end.value);
        } else {
            answers.add(new Answer<>(gateway, end.value, found));
            next.keySet().removeAll(found);
        }
        Set<BlockId> lacking = new HashSet<>(asked);
        lacking.removeAll(found);
        lacking.forEach(block -> notFound.merge(block, 1, Integer::sum));
    }

    private void failed(RuntimeException why) {
        if (isRefusal(why)) {
            throw why;
        }
        if (failure == null) {
            failure = why;
        } else if (failure != why) {
            failure.addSuppressed(why);
        }
    }

    /** Whether every other gateway would say the same. */
    static boolean isRefusal(RuntimeException why) {
        return why instanceof Failure refusal
                && refusal.id().cause() != Cause.UNAVAILABLE
                && refusal.id().cause() != Cause.BROKEN;
    }
}
