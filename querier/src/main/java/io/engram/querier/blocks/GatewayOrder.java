package io.engram.querier.blocks;

import io.engram.model.block.BlockId;
import io.engram.ring.Instance;
import io.engram.ring.KeyTokens;
import io.engram.ring.Ring;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * In which order store-gateways are asked for a block: its owners, who have its header at hand; then any other, for all open
 * what they are asked for; those that were not heard from last. The first owner is always the same, so that what is read
 * of a block is cached once; blocks are spread over owners by their tokens. Immutable.
 */
record GatewayOrder(Ring ring, int replicationFactor) {
    List<Instance> of(BlockId block) {
        Set<Instance> all = new LinkedHashSet<>(
                ring.owners(KeyTokens.ofBlock(block), replicationFactor).instances());
        all.addAll(ring.readers());
        List<Instance> order = new ArrayList<>(all.size());
        all.stream().filter(Instance::healthy).forEach(order::add);
        all.stream().filter(instance -> !instance.healthy()).forEach(order::add);
        return order;
    }
}
