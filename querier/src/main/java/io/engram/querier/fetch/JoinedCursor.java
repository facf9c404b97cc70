package io.engram.querier.fetch;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.model.replica.ActivityTable;
import io.engram.proto.SelectCursor;
import io.engram.ring.FanOut;
import io.engram.ring.Losses;
import io.engram.ring.ReadPatience;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * What several instances found, as one: each series once, with the chunks of all that have it, equal ones once. Instances
 * are asked for chunks at the same time; one that may be missing and is slow beyond the others is left out from then on.
 * Safe for many threads, as the cursors are that it is made of.
 */
public final class JoinedCursor implements SelectCursor {
    /**
     * One of several.
     *
     * @param group activity is added up within a group, and is that of the greatest of all groups
     */
    public record Member(SelectCursor cursor, String group) {}

    private final List<Member> members;
    private final JoinedSeries joined;
    private final SeriesTable table;
    private final Losses losses;
    private final ReadPatience patience;
    private final Supplier<List<String>> infos;
    /** Those that failed, or were too slow: they are not asked any more. */
    private final Set<Integer> lost = ConcurrentHashMap.newKeySet();

    private final Queue<Buffers> freeBuffers = new ConcurrentLinkedQueue<>();

    /**
     * Takes over the cursors.
     *
     * @param copiesAreEqual whether series that several have are copies with the same chunks, and not different parts
     * @param losses which members the answer is whole without
     * @param patience how long such a one is waited for
     * @param infos asked when all is fetched
     */
    public JoinedCursor(
            List<Member> members,
            boolean copiesAreEqual,
            Losses losses,
            ReadPatience patience,
            Supplier<List<String>> infos) {
        this.members = List.copyOf(members);
        this.joined = JoinedSeries.of(members.stream().map(Member::cursor).toList());
        this.table = members.size() == 1 ? joined.table(0) : JoinedTable.of(joined, copiesAreEqual);
        this.losses = losses;
        this.patience = patience;
        this.infos = infos;
    }

    @Override
    public SeriesTable series() {
        return table;
    }

    /** What one fetch works with. */
    private final class Buffers {
        final ChunkBatch[] batches = new ChunkBatch[members.size()];
        final int[][] ordinals = new int[members.size()][ChunkWalk.BATCH_SERIES];
        final int[] wanted = new int[members.size()];
        final int[] nextInBatch = new int[members.size()];
        final boolean[] has = new boolean[members.size()];
        final CopyChunks chunks = new CopyChunks(joined.maxCopies());

        Buffers() {
            Arrays.setAll(batches, _ -> new ChunkBatch());
        }

        void begin() {
            Arrays.fill(wanted, 0);
            Arrays.fill(nextInBatch, 0);
            Arrays.fill(has, false);
        }

        /** Leaves what a member had to a thread that is late and may still use it. */
        void replace(int member) {
            batches[member] = new ChunkBatch();
            ordinals[member] = new int[ChunkWalk.BATCH_SERIES];
        }

        void want(int member, int ordinal) {
            if (wanted[member] == ordinals[member].length) {
                ordinals[member] = Arrays.copyOf(ordinals[member], 2 * wanted[member]);
            }
            ordinals[member][wanted[member]++] = ordinal;
        }
    }

    @Override
    public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
        into.clear();
        Buffers free = freeBuffers.poll();
        Buffers buffers = free == null ? new Buffers() : free;
        buffers.begin();
        for (int i = from; i < to; i++) {
            for (int copy = joined.firstCopy(ordinals[i]); copy < joined.endOfCopies(ordinals[i]); copy++) {
                buffers.want(joined.source(copy), joined.ordinal(copy));
            }
        }
        fetchAll(buffers);
        for (int i = from; i < to; i++) {
            buffers.chunks.begin();
            for (int copy = joined.firstCopy(ordinals[i]); copy < joined.endOfCopies(ordinals[i]); copy++) {
                int member = joined.source(copy);
                int inBatch = buffers.nextInBatch[member]++;
                if (buffers.has[member]) { // else others have what it has
                    buffers.chunks.add(buffers.batches[member], inBatch);
                }
            }
            buffers.chunks.finish(into);
        }
        freeBuffers.add(buffers); // not after a failure: a thread that is late may still write into them
    }

    /** Fetches from all that have copies. */
    private void fetchAll(Buffers buffers) {
        List<Fetch> fetches = new ArrayList<>();
        for (int member = 0; member < members.size(); member++) {
            if (buffers.wanted[member] > 0 && !lost.contains(member)) {
                fetches.add(
                        new Fetch(member, buffers.ordinals[member], buffers.wanted[member], buffers.batches[member]));
            }
        }
        List<Integer> from = fetches.stream().map(Fetch::member).toList();
        List<ChunkBatch> brought = askAll(from, i -> fetches.get(i).run());
        for (int i = 0; i < from.size(); i++) {
            buffers.has[from.get(i)] = brought.get(i) != null;
            if (brought.get(i) == null) {
                buffers.replace(from.get(i));
            }
        }
    }

    /** What one member is asked for; holds all that a thread that is late may touch. */
    private final class Fetch {
        private final int member;
        private final int[] ordinals;
        private final int wanted;
        private final ChunkBatch into;

        Fetch(int member, int[] ordinals, int wanted, ChunkBatch into) {
            this.member = member;
            this.ordinals = ordinals;
            this.wanted = wanted;
            this.into = into;
        }

        int member() {
            return member;
        }

        ChunkBatch run() {
            into.clear();
            members.get(member).cursor.fetch(ordinals, 0, wanted, into);
            if (into.seriesCount != wanted) {
                throw new IllegalStateException("answered " + into.seriesCount + " series, asked were " + wanted);
            }
            return into;
        }
    }

    /** Asks members at the same time; null for those that are lost. */
    private <T> List<T> askAll(List<Integer> asked, IntFunction<T> question) {
        if (asked.size() == 1 && !losses.allows(asked)) {
            List<T> only = new ArrayList<>();
            try {
                only.add(question.apply(0));
            } catch (RuntimeException e) {
                lose(asked.getFirst(), e);
                only.add(null);
            }
            return only;
        }
        return new FanOut<>(asked.size(), question, _ -> {}, ours.among(asked), patience).answers();
    }

    /** Each member is lost once, whichever fetch finds out. */
    private final Losses ours = new Losses() {
        @Override
        public boolean allows(List<Integer> silent) {
            return losses.allows(silent);
        }

        @Override
        public void lost(int member, RuntimeException why) {
            lose(member, why);
        }
    };

    private void lose(int member, RuntimeException why) {
        if (lost.add(member)) {
            losses.lost(member, why);
        }
    }

    @Override
    public ActivityTable activity() {
        List<Integer> left = new ArrayList<>();
        for (int member = 0; member < members.size(); member++) {
            if (!lost.contains(member)) {
                left.add(member);
            }
        }
        List<ActivityTable> tables =
                askAll(left, i -> members.get(left.get(i)).cursor.activity());
        Map<String, ActivityTable> byGroup = new LinkedHashMap<>();
        for (int i = 0; i < left.size(); i++) {
            if (tables.get(i) != null) {
                byGroup.merge(members.get(left.get(i)).group, tables.get(i), ActivityTable::sum);
            }
        }
        ActivityTable greatest = ActivityTable.EMPTY;
        for (ActivityTable group : byGroup.values()) {
            greatest = greatest.maximum(group);
        }
        return greatest;
    }

    @Override
    public List<String> infos() {
        return infos.get();
    }

    @Override
    public void close() {
        RuntimeException failure =
                FoundSeries.closeAll(members.stream().map(Member::cursor).toList());
        if (failure != null && lost.isEmpty()) { // whoever is gone has closed already
            throw failure;
        }
    }
}
