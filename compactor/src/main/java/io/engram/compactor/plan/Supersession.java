package io.engram.compactor.plan;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds blocks whose samples are all in another block too, because it was made of them, or of all they were made of. They
 * are left where a compactor died between its upload and its marks, where two compactors did the same job, and where a
 * block comes that was merged before.
 */
final class Supersession {
    /** More sources first; of the same sources a folded block stays, and of these the oldest, whoever looks. */
    private static final Comparator<BlockMeta> KEPT_FIRST = Comparator.comparingInt(
                    (BlockMeta meta) -> -Lineage.sources(meta).size())
            .thenComparing((BlockMeta meta) -> !meta.isFolded())
            .thenComparing(BlockMeta::id);

    private Supersession() {}

    /**
     * @param blocks of one group
     * @param trusted whether others may be given up because of a block. One that cannot be merged may be one that cannot be
     *     read.
     */
    static List<CompactionPlan.Superseded> find(Collection<BlockMeta> blocks, Predicate<BlockMeta> trusted) {
        List<CompactionPlan.Superseded> found = new ArrayList<>();
        Map<BlockId, List<Kept>> bySource = new HashMap<>();
        for (BlockMeta block : blocks.stream().sorted(KEPT_FIRST).toList()) {
            List<BlockId> sources = Lineage.sources(block);
            BlockMeta by = bySource.getOrDefault(sources.getFirst(), List.of()).stream()
                    .filter(kept -> kept.sources.containsAll(sources))
                    .map(Kept::block)
                    .findFirst()
                    .orElse(null);
            boolean original = by != null && by.isFolded() && !block.isFolded();
            if (original && !trusted.test(block)) {
                continue; // somebody is unfolding: it is to stay, and the folded block to go
            }
            if (by != null) {
                found.add(new CompactionPlan.Superseded(block, by.id(), original));
            } else if (trusted.test(block)) {
                Kept kept = new Kept(block, new HashSet<>(sources));
                sources.forEach(source ->
                        bySource.computeIfAbsent(source, _ -> new ArrayList<>()).add(kept));
            }
        }
        return found;
    }

    private record Kept(BlockMeta block, Set<BlockId> sources) {}
}
