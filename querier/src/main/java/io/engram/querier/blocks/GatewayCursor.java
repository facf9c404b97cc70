package io.engram.querier.blocks;

import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.hash.FingerprintIndex;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.model.replica.ActivityTable;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import io.engram.proto.SelectCursor;
import io.engram.ring.Instance;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What one store-gateway found. If it fails or is slow while chunks are fetched, others are asked for the same blocks, and
 * the query goes on with whoever answers first. Safe for many threads.
 */
final class GatewayCursor implements SelectCursor {
    private final GatewaysSelect gateways;
    private final Hedges hedges;
    private final Select.Query query;
    private final SelectCursor cursor;
    private final Set<BlockId> blocks;
    private final Set<Instance> without;
    /** Batches that no thread uses. A caller's own is never lent to one that may be late. */
    private final Queue<ChunkBatch> freeBatches = new ConcurrentLinkedQueue<>();

    private final ReentrantLock opening = new ReentrantLock();
    private volatile Substitute substitute; // set once, under the lock
    private boolean closed; // guarded by the lock
    private volatile boolean lost; // the substitute is asked alone from then on

    /** @param without gateways that failed before this one was asked */
    GatewayCursor(
            GatewaysSelect gateways,
            Hedges hedges,
            Select.Query query,
            GatewayRounds.Answer<SelectBlocks.Cursor> answer,
            Set<Instance> without) {
        this.gateways = gateways;
        this.hedges = hedges;
        this.query = query;
        this.cursor = answer.value();
        this.blocks = answer.blocks();
        this.without = new HashSet<>(without);
        this.without.add(answer.gateway());
    }

    /** What others found: series by their fingerprints. */
    private static final class Substitute {
        final SelectBlocks.Cursor cursor;
        private final FingerprintIndex index;

        Substitute(SelectBlocks.Cursor cursor, int moreSeries) {
            this.cursor = cursor;
            SeriesTable table = cursor.series();
            this.index = new FingerprintIndex(table.size() + moreSeries);
            for (int i = 0; i < table.size(); i++) {
                index.numberOf(table.fingerprintHi()[i], table.fingerprintLo()[i]); // each is there once: its ordinal
            }
        }

        /** Ordinals of the same series here. */
        synchronized int[] ordinals(SeriesTable of, int[] ordinals) {
            int[] mine = new int[ordinals.length];
            for (int i = 0; i < mine.length; i++) {
                int ordinal = index.numberOf(of.fingerprintHi()[ordinals[i]], of.fingerprintLo()[ordinals[i]]);
                if (ordinal >= cursor.series().size()) {
                    throw new Failure(
                            ErrorId.BLOCKS_MISSING,
                            "a store-gateway failed, and another did not find series " + of.labels(ordinals[i])
                                    + " in the same blocks");
                }
                mine[i] = ordinal;
            }
            return mine;
        }
    }

    @Override
    public SeriesTable series() {
        return cursor.series();
    }

    @Override
    public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
        int[] wanted = Arrays.copyOfRange(ordinals, from, to);
        ChunkBatch found = either(
                () -> fetch(cursor, wanted),
                other -> fetch(other.cursor, other.ordinals(series(), wanted)),
                freeBatches::add);
        into.swap(found);
        freeBatches.add(found);
    }

    private ChunkBatch fetch(SelectCursor of, int[] ordinals) {
        ChunkBatch free = freeBatches.poll();
        ChunkBatch batch = free == null ? new ChunkBatch() : free;
        batch.clear();
        of.fetch(ordinals, 0, ordinals.length, batch);
        return batch;
    }

    @Override
    public ActivityTable activity() {
        return either(cursor::activity, other -> other.cursor.activity(), _ -> {});
    }

    /** Asks this gateway, and others where it has failed, fails, or is slow. */
    private <T> T either(Supplier<T> own, Function<Substitute, T> others, Consumer<T> discard) {
        if (!lost) {
            try {
                Hedges.Answer<T> answer =
                        hedges.first(own, () -> others.apply(substitute(null, hedges.none())), discard);
                lost = lost || answer.hedged(); // its call was cancelled with its thread
                return answer.value();
            } catch (RuntimeException e) {
                if (GatewayRounds.isRefusal(e) || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                substitute(e, hedges);
                lost = true;
            }
        }
        return others.apply(substitute);
    }

    /**
     * @param why it is needed; null where this one is slow alone
     * @param among whether the others may be hedged in turn
     */
    private Substitute substitute(RuntimeException why, Hedges among) {
        try {
            opening.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ErrorId.BLOCK_UNAVAILABLE, "the thread that asked store-gateways was interrupted", e);
        }
        try {
            if (substitute == null) {
                substitute = open(why, among);
            }
            return substitute;
        } finally {
            opening.unlock();
        }
    }

    private Substitute open(RuntimeException why, Hedges among) {
        RuntimeException failure = why != null
                ? why
                : new Failure(ErrorId.BLOCK_UNAVAILABLE, "no other store-gateway has the same blocks");
        if (closed) {
            throw failure;
        }
        SelectBlocks.Cursor found;
        try {
            found = gateways.select(query, blocks, without, among);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            throw failure;
        }
        if (!found.blocks().containsAll(blocks)) {
            found.close();
            throw failure;
        }
        return new Substitute(found, series().size());
    }

    /** Waits for a substitute that is being opened: whoever does it was interrupted. */
    @Override
    public void close() {
        opening.lock();
        try {
            closed = true;
            if (substitute == null) {
                cursor.close();
                return;
            }
            substitute.cursor.close();
            if (!lost) {
                cursor.close();
                return;
            }
            try {
                cursor.close();
            } catch (RuntimeException _) {
                // it has failed before: nothing is lost with it
            }
        } finally {
            opening.unlock();
        }
    }
}
