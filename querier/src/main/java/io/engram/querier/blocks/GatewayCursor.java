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
import java.util.HashSet;
import java.util.Set;

/**
 * What one store-gateway found. If it fails while chunks are fetched, others are asked for the same blocks, and the query
 * goes on with them. Safe for many threads.
 */
final class GatewayCursor implements SelectCursor {
    private final GatewaysSelect gateways;
    private final Select.Query query;
    private final SelectCursor cursor;
    private final Set<BlockId> blocks;
    private final Set<Instance> without;
    private volatile Substitute substitute; // set once, under the lock
    private boolean closed; // guarded by this

    /** @param without gateways that failed before this one was asked */
    GatewayCursor(
            GatewaysSelect gateways,
            Select.Query query,
            GatewayRounds.Answer<SelectBlocks.Cursor> answer,
            Set<Instance> without) {
        this.gateways = gateways;
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
        synchronized int[] ordinals(SeriesTable of, int[] ordinals, int from, int to) {
            int[] mine = new int[to - from];
            for (int i = from; i < to; i++) {
                int ordinal = index.numberOf(of.fingerprintHi()[ordinals[i]], of.fingerprintLo()[ordinals[i]]);
                if (ordinal >= cursor.series().size()) {
                    throw new Failure(
                            ErrorId.BLOCKS_MISSING,
                            "a store-gateway failed, and another did not find series " + of.labels(ordinals[i])
                                    + " in the same blocks");
                }
                mine[i - from] = ordinal;
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
        Substitute other = substitute;
        if (other == null) {
            try {
                cursor.fetch(ordinals, from, to, into);
                return;
            } catch (RuntimeException e) {
                if (GatewayRounds.isRefusal(e) || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                other = substitute(e);
                into.clear();
            }
        }
        int[] mine = other.ordinals(series(), ordinals, from, to);
        other.cursor.fetch(mine, 0, mine.length, into);
    }

    private synchronized Substitute substitute(RuntimeException why) {
        if (substitute == null) {
            if (closed) {
                throw why;
            }
            SelectBlocks.Cursor found;
            try {
                found = gateways.select(query, blocks, without);
            } catch (RuntimeException e) {
                why.addSuppressed(e);
                throw why;
            }
            if (!found.blocks().containsAll(blocks)) {
                found.close();
                throw why;
            }
            substitute = new Substitute(found, series().size());
        }
        return substitute;
    }

    @Override
    public ActivityTable activity() {
        return cursor.activity();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (substitute == null) {
            cursor.close();
            return;
        }
        substitute.cursor.close();
        try {
            cursor.close();
        } catch (RuntimeException _) {
            // it has failed before: nothing is lost with it
        }
    }
}
