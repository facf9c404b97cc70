package io.engram.querier.blocks;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.proto.HeldBlocks;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import io.engram.proto.SelectCursor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The samples in blocks, for one query after the other. Stands before the ingesters in the row of sources: what they hold is
 * asked before they are.
 *
 * <ol>
 *   <li>The catalog says which blocks overlap the query; those that an ingester {@linkplain HeldBlocks holds} are left to it.
 *   <li>A store-gateway looks at the others.
 *   <li>Where it could not find one, the catalog may have been behind a compaction: it reads the index again, and the
 *       question is asked anew. A block that the index still names and nobody has is a failure, never a hole.
 * </ol>
 */
public final class BlockSelect implements Select {
    private static final int ATTEMPTS = 3;

    private final BlockCatalog catalog;
    private final SelectBlocks store;
    private final List<HeldBlocks> ingesters;

    /**
     * @param ingesters who may say that they hold blocks; none where series have copies. An ingester may die between what it
     *     says of a block and the select, and nobody knows which of the other copies hold the same: so all blocks are read
     *     from store-gateways then, and what ingesters have of them too folds with it, chunk by chunk
     */
    public BlockSelect(BlockCatalog catalog, SelectBlocks store, List<HeldBlocks> ingesters) {
        this.catalog = catalog;
        this.store = store;
        this.ingesters = List.copyOf(ingesters);
    }

    @Override
    public SelectCursor select(Query query) {
        return ask(query, NoSeries.CURSOR, asked -> {
            SelectBlocks.Cursor cursor = store.select(asked);
            return new Answer<>(cursor, cursor.blocks(), cursor::close);
        });
    }

    @Override
    public List<String> labelNames(Query query) {
        return ask(query, List.of(), asked -> strings(store.labelNames(asked)));
    }

    @Override
    public List<String> labelValues(String name, Query query) {
        return ask(query, List.of(), asked -> strings(store.labelValues(name, asked)));
    }

    private static Answer<List<String>> strings(SelectBlocks.Strings found) {
        return new Answer<>(found.values(), found.blocks(), () -> {});
    }

    /** What a store-gateway said, of which blocks, and how to let go of it. */
    private record Answer<T>(T value, Set<BlockId> blocks, Runnable release) {}

    private <T> T ask(Query query, T nothing, Function<SelectBlocks.Query, Answer<? extends T>> question) {
        List<BlockId> missing = List.of();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<BlockId> wanted = wanted(query);
            if (wanted.isEmpty()) {
                return nothing;
            }
            Answer<? extends T> answer = question.apply(new SelectBlocks.Query(query, wanted));
            missing = new ArrayList<>(wanted);
            missing.removeAll(answer.blocks());
            if (missing.isEmpty()) {
                return answer.value();
            }
            answer.release().run();
            catalog.changed(query.tenant());
        }
        throw missing(query.tenant(), missing);
    }

    private List<BlockId> wanted(Query query) {
        List<BlockId> overlapping = catalog.overlapping(query.tenant(), query.minTimeMs(), query.maxTimeMs());
        if (overlapping.isEmpty()) {
            return overlapping;
        }
        Set<BlockId> held = new HashSet<>();
        ingesters.forEach(ingester -> held.addAll(ingester.held(query.tenant())));
        return overlapping.stream().filter(id -> !held.contains(id)).toList();
    }

    private static Failure missing(TenantId tenant, List<BlockId> blocks) {
        return new Failure(
                ErrorId.BLOCKS_MISSING,
                "tenant " + tenant + ": no store-gateway found " + blocks.size()
                        + " of the blocks that the query needs: "
                        + blocks.stream().limit(10).map(BlockId::toString).collect(Collectors.joining(", ")));
    }
}
