package io.engram.storegateway;

import io.engram.model.block.BlockId;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.model.replica.ActivityBuilder;
import io.engram.model.replica.ActivityTable;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import io.engram.proto.SelectCursor;
import io.engram.tsdb.block.CorruptBlock;
import java.util.Set;

/** What a select has found in blocks. Holds no header and no file, only pages that were read for it. */
final class BlocksCursor implements SelectBlocks.Cursor {
    private final Set<BlockId> looked;
    private final JoinedBlocks joined;
    private final Pages pages;
    private final Select.Query query;
    private final ReadAhead readAhead;
    private final FetchLimits limits;
    private final GatewayMetrics metrics;

    /** @param pages of chunk segments, for this cursor alone */
    BlocksCursor(
            Set<BlockId> looked,
            JoinedBlocks joined,
            Pages pages,
            Select.Query query,
            long readAheadBytes,
            FetchLimits limits,
            GatewayMetrics metrics) {
        this.looked = Set.copyOf(looked);
        this.joined = joined;
        this.pages = pages;
        this.query = query;
        this.readAhead = new ReadAhead(pages, joined.table().size(), readAheadBytes);
        this.limits = limits;
        this.metrics = metrics;
    }

    @Override
    public Set<BlockId> blocks() {
        return looked;
    }

    @Override
    public SeriesTable series() {
        return joined.table();
    }

    @Override
    public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
        into.clear();
        if (from >= to) {
            return;
        }
        try {
            ChunkFetch fetch = new ChunkFetch(joined, pages, limits, metrics);
            readAhead.load(fetch, ordinals, from, to);
            for (int i = from; i < to; i++) {
                fetch.read(ordinals[i], into);
            }
        } catch (BlockGone e) {
            throw Failures.goneMeanwhile(e);
        } catch (CorruptBlock e) {
            metrics.damage();
            throw Failures.damaged(query.tenant(), e);
        }
    }

    @Override
    public ActivityTable activity() {
        long fromMs = SelectCursor.activityFromMs(query.minTimeMs());
        ActivityBuilder activity = ActivityTable.builder();
        for (BlockSeries block : joined.blocks()) {
            activity.maximum(block.activity().between(fromMs, query.maxTimeMs()));
        }
        return activity.build();
    }

    @Override
    public void close() {
        pages.release();
    }
}
