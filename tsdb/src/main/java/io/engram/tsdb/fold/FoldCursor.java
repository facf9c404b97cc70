package io.engram.tsdb.fold;

import io.engram.model.labels.Utf8Order;
import io.engram.model.replica.ReplicaNames;
import io.engram.tsdb.block.BlockReader;
import io.engram.tsdb.block.SeriesEntry;
import io.engram.tsdb.block.SymbolTable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.roaringbitmap.PeekableIntIterator;

/**
 * The series of one block in label order, labels in the symbols of the block that is folded; those of other labels than that
 * block can have are passed over.
 */
final class FoldCursor {
    private static final int UNKNOWN = -1;

    final BlockReader block;
    private final int source;
    private final int[] numbers; // of this block's symbols in the block that is folded
    private final int[] replicaNames; // this block's symbols of the replica labels
    private final int firstReplicaName; // symbols from here on are as great as the least replica label, or greater
    private final PeekableIntIterator refs;
    private final SeriesEntry entry = new SeriesEntry();
    private final Map<String, String> replicas = new HashMap<>();
    private boolean open;

    /** @param into the block that is folded; may be the same */
    FoldCursor(BlockReader block, int source, BlockReader into, ReplicaLabels replicaLabels) {
        this.block = block;
        this.source = source;
        SymbolTable symbols = block.symbols();
        this.numbers = block == into ? null : numbers(symbols, into.symbols());
        this.replicaNames = replicaLabels.names().stream()
                .mapToInt(name -> symbols.find(name.getBytes(StandardCharsets.UTF_8)))
                .toArray();
        this.firstReplicaName = firstFrom(symbols, replicaLabels.first());
        this.refs = block.allSeries().getIntIterator();
    }

    private static int[] numbers(SymbolTable own, SymbolTable into) {
        int[] numbers = new int[own.count()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = into.find(own.bytes(i));
        }
        return numbers;
    }

    private static int firstFrom(SymbolTable symbols, String text) {
        int low = 0;
        int high = symbols.count();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Utf8Order.compare(symbols.text(middle), text) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Goes to the next series; false behind the last. */
    boolean next() {
        open = refs.hasNext();
        if (open) {
            block.series(refs.next(), entry);
        }
        return open;
    }

    boolean isOpen() {
        return open;
    }

    /** Whether replica labels may stand before the first label that stays; so it is with all series behind this one. */
    boolean isTail() {
        return entry.symbols[0] >= firstReplicaName;
    }

    /** The first label, in the symbols of the block that is folded; below 0 where that one does not know it. */
    long firstLabel() {
        int name = number(entry.symbols[0]);
        int value = number(entry.symbols[1]);
        return name < 0 || value < 0 ? UNKNOWN : (long) name << 32 | value;
    }

    private int number(int symbol) {
        return numbers == null ? symbol : numbers[symbol];
    }

    /** The series; null where the block that is folded cannot have it. */
    FoldSeries series() {
        int[] labels = new int[entry.symbolCount];
        int length = 0;
        String replica = null;
        for (int i = 0; i < entry.symbolCount; i += 2) {
            if (isReplicaName(entry.symbols[i])) {
                replica = ReplicaNames.join(replica, block.symbols().text(entry.symbols[i + 1]));
                continue;
            }
            labels[length++] = number(entry.symbols[i]);
            labels[length++] = number(entry.symbols[i + 1]);
            if (labels[length - 2] < 0 || labels[length - 1] < 0) {
                return null;
            }
        }
        return new FoldSeries(source, entry.ref, Arrays.copyOf(labels, length), shared(replica == null ? "" : replica));
    }

    private boolean isReplicaName(int symbol) {
        for (int name : replicaNames) {
            if (name == symbol) {
                return true;
            }
        }
        return false;
    }

    /** One string for all series of a replica. */
    private String shared(String replica) {
        return replicas.computeIfAbsent(replica, name -> name);
    }

    /** Cursors over the block that is folded and those around it, each at its first series. */
    static List<FoldCursor> open(List<BlockReader> blocks, ReplicaLabels replicaLabels) {
        FoldCursor[] cursors = new FoldCursor[blocks.size()];
        for (int i = 0; i < cursors.length; i++) {
            cursors[i] = new FoldCursor(blocks.get(i), i, blocks.getFirst(), replicaLabels);
            cursors[i].next();
        }
        return List.of(cursors);
    }
}
