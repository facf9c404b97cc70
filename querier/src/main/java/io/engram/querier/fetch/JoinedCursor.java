package io.engram.querier.fetch;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.model.replica.ActivityTable;
import io.engram.proto.SelectCursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * What several instances found, as one: each series once, with the chunks of all that have it, equal ones once. Instances
 * are asked for chunks at the same time. Safe for many threads, as the cursors are that it is made of.
 */
public final class JoinedCursor implements SelectCursor {
    /** Decides whether the answer is whole without one that failed; throws where it is not. */
    @FunctionalInterface
    public interface OnLoss {
        void lost(int member, RuntimeException why);
    }

    /**
     * One of several.
     *
     * @param group activity is added up within a group, and is that of the greatest of all groups
     */
    public record Member(SelectCursor cursor, String group) {}

    private final List<Member> members;
    private final JoinedSeries joined;
    private final SeriesTable table;
    private final OnLoss onLoss;
    private final Supplier<List<String>> infos;
    /** Set where a member failed: it is not asked any more. */
    private final AtomicReferenceArray<RuntimeException> lost;

    private final Queue<Buffers> freeBuffers = new ConcurrentLinkedQueue<>();

    /**
     * Takes over the cursors.
     *
     * @param copiesAreEqual whether series that several have are copies with the same chunks, and not different parts
     * @param infos asked when all is fetched
     */
    public JoinedCursor(List<Member> members, boolean copiesAreEqual, OnLoss onLoss, Supplier<List<String>> infos) {
        this.members = List.copyOf(members);
        this.joined = JoinedSeries.of(members.stream().map(Member::cursor).toList());
        this.table = members.size() == 1 ? joined.table(0) : JoinedTable.of(joined, copiesAreEqual);
        this.onLoss = onLoss;
        this.infos = infos;
        this.lost = new AtomicReferenceArray<>(members.size());
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
                if (buffers.has[member]) {
                    buffers.chunks.add(buffers.batches[member], inBatch);
                }
            }
            buffers.chunks.finish(into);
        }
        freeBuffers.add(buffers); // not after a failure: a thread that is late may still write into them
    }

    /** Fetches from all that are wanted: from the first on this thread, from the others each on its own. */
    private void fetchAll(Buffers buffers) {
        int first = -1;
        List<Thread> threads = new ArrayList<>();
        RuntimeException[] failures = new RuntimeException[members.size()];
        for (int member = 0; member < members.size(); member++) {
            if (buffers.wanted[member] == 0 || lost.get(member) != null) {
                continue;
            }
            if (first < 0) {
                first = member;
                continue;
            }
            int of = member;
            threads.add(Thread.ofVirtual().name("fetch").start(() -> failures[of] = fetch(of, buffers)));
        }
        if (first >= 0) {
            failures[first] = fetch(first, buffers);
        }
        join(threads);
        for (int member = 0; member < failures.length; member++) {
            if (failures[member] != null && lost.compareAndSet(member, null, failures[member])) {
                onLoss.lost(member, failures[member]);
            }
        }
    }

    private RuntimeException fetch(int member, Buffers buffers) {
        ChunkBatch batch = buffers.batches[member];
        batch.clear();
        try {
            members.get(member).cursor.fetch(buffers.ordinals[member], 0, buffers.wanted[member], batch);
        } catch (RuntimeException e) {
            return e;
        }
        if (batch.seriesCount != buffers.wanted[member]) {
            return new IllegalStateException(
                    "answered " + batch.seriesCount + " series, asked were " + buffers.wanted[member]);
        }
        buffers.has[member] = true;
        return null;
    }

    private static void join(List<Thread> threads) {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
            throw new Failure(ErrorId.COPIES_MISSING, "the thread that fetched chunks was interrupted", e);
        }
    }

    @Override
    public ActivityTable activity() {
        Map<String, ActivityTable> byGroup = new LinkedHashMap<>();
        for (Member member : members) {
            byGroup.merge(member.group, member.cursor.activity(), ActivityTable::sum);
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
        // Whoever is gone has closed already.
        for (int member = 0; failure != null && member < members.size(); member++) {
            if (lost.get(member) != null) {
                return;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
