package io.engram.querier.copies;

import io.engram.model.labels.Utf8Order;
import io.engram.proto.Select;
import io.engram.proto.SelectCursor;
import io.engram.querier.fetch.JoinedCursor;
import io.engram.ring.Instance;
import io.engram.ring.RingReads;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The samples of all ingesters on the ring, as of one. Whoever may be missing may be missing from the start, or fail or hang
 * while chunks are fetched; the answer's infos name it. Safe for many threads.
 */
public final class IngestersSelect implements Select {
    private final RingReads reads;
    private final Function<Instance, ? extends Select> selects;

    /** @param selects the way to an instance */
    public IngestersSelect(RingReads reads, Function<Instance, ? extends Select> selects) {
        this.reads = reads;
        this.selects = selects;
    }

    @Override
    public SelectCursor select(Query query) {
        RingReads.Answers<SelectCursor> found =
                reads.ask(query.tenant(), instance -> selects.apply(instance).select(query), SelectCursor::close);
        // One zone's ingesters hold different series; without zones nobody knows which hold the same ones.
        List<JoinedCursor.Member> members = found.all().stream()
                .map(answer -> new JoinedCursor.Member(
                        answer.value(), found.byZone() ? answer.instance().zone() : ""))
                .toList();
        return new JoinedCursor(members, true, found.losses(), reads.patience(), found.missing()::notes);
    }

    @Override
    public List<String> labelNames(Query query) {
        return labelNames(query, _ -> {});
    }

    @Override
    public List<String> labelNames(Query query, Consumer<String> infos) {
        return union(query, select -> select.labelNames(query), infos);
    }

    @Override
    public List<String> labelValues(String name, Query query) {
        return labelValues(name, query, _ -> {});
    }

    @Override
    public List<String> labelValues(String name, Query query, Consumer<String> infos) {
        return union(query, select -> select.labelValues(name, query), infos);
    }

    private List<String> union(Query query, Function<Select, List<String>> question, Consumer<String> infos) {
        TreeSet<String> all = new TreeSet<>(Utf8Order::compare);
        RingReads.Answers<List<String>> found =
                reads.ask(query.tenant(), instance -> question.apply(selects.apply(instance)), _ -> {});
        found.values().forEach(all::addAll);
        found.missing().notes().forEach(infos);
        return List.copyOf(all);
    }
}
