package io.engram.querier.blocks;

import io.engram.model.block.BlockId;
import io.engram.model.labels.Utf8Order;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import io.engram.querier.fetch.JoinedCursor;
import io.engram.ring.Instance;
import io.engram.ring.Losses;
import io.engram.ring.ReadPatience;
import io.engram.ring.Ring;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The blocks of all store-gateways on the ring, as of one. Each block is asked of an owner, and of others where that one
 * fails, is slow or lacks it, also in the middle of an answer. Safe for many threads.
 */
public final class GatewaysSelect implements SelectBlocks {
    private final Supplier<Ring> ring;
    private final int replicationFactor;
    private final Function<Instance, ? extends SelectBlocks> gateways;
    private final Hedges hedges;

    /**
     * @param ring of the store-gateways, the newest
     * @param replicationFactor how many have a block's header at hand
     * @param gateways the way to an instance
     * @param hedges when a second one is asked beside the first
     */
    public GatewaysSelect(
            Supplier<Ring> ring,
            int replicationFactor,
            Function<Instance, ? extends SelectBlocks> gateways,
            Hedges hedges) {
        this.ring = ring;
        this.replicationFactor = replicationFactor;
        this.gateways = gateways;
        this.hedges = hedges;
    }

    @Override
    public Cursor select(Query query) {
        return select(query.select(), query.blocks(), Set.of(), hedges);
    }

    /**
     * @param without gateways that failed already
     * @param among those that are asked
     */
    Cursor select(Select.Query query, Collection<BlockId> blocks, Set<Instance> without, Hedges among) {
        GatewayRounds<Cursor> rounds = new GatewayRounds<>(order(), among, Cursor::blocks, Cursor::close);
        List<GatewayRounds.Answer<Cursor>> answers = rounds.ask(
                blocks, without, (gateway, asked) -> gateways.apply(gateway).select(new Query(query, asked)));
        Set<BlockId> found = new HashSet<>();
        answers.forEach(answer -> found.addAll(answer.blocks()));
        if (answers.isEmpty()) {
            return new FoundBlocks(found, NoSeries.CURSOR);
        }
        // Of what gateways count of the same samples in different blocks, the greater count is right: each is a group.
        List<JoinedCursor.Member> members = answers.stream()
                .map(answer -> new JoinedCursor.Member(
                        new GatewayCursor(this, among, query, answer, without),
                        answer.gateway().id()))
                .toList();
        JoinedCursor joined = new JoinedCursor(members, false, Losses.NONE, new ReadPatience(Duration.ZERO), List::of);
        return new FoundBlocks(found, joined);
    }

    @Override
    public Strings labelNames(Query query) {
        return strings(query, SelectBlocks::labelNames);
    }

    @Override
    public Strings labelValues(String name, Query query) {
        return strings(query, (gateway, asked) -> gateway.labelValues(name, asked));
    }

    private Strings strings(Query query, BiFunction<SelectBlocks, Query, Strings> question) {
        GatewayRounds<Strings> rounds = new GatewayRounds<>(order(), hedges, Strings::blocks, _ -> {});
        Set<BlockId> found = new HashSet<>();
        TreeSet<String> values = new TreeSet<>(Utf8Order::compare);
        rounds.ask(
                        query.blocks(),
                        Set.of(),
                        (gateway, asked) -> question.apply(gateways.apply(gateway), new Query(query.select(), asked)))
                .forEach(answer -> {
                    found.addAll(answer.blocks());
                    values.addAll(answer.value().values());
                });
        return new Strings(found, List.copyOf(values));
    }

    private GatewayOrder order() {
        return new GatewayOrder(ring.get(), replicationFactor);
    }
}
