package io.engram.storegateway;

import io.engram.model.hash.FingerprintIndex;
import io.engram.model.labels.Label;
import io.engram.model.read.SeriesTable;
import java.util.Arrays;
import java.util.List;

/**
 * The series of several blocks, each fingerprint once, in the order of the first block and then of those that follow. Immutable.
 *
 * <pre>
 * series i:  copies copyStart[i] .. copyStart[i+1]-1, in the order of the blocks
 * copy c:    series copySeries[c] of block copyBlock[c]
 * </pre>
 */
record JoinedBlocks(List<BlockSeries> blocks, SeriesTable table, int[] copyStart, int[] copyBlock, int[] copySeries) {

    /** @param blocks in the order of their times */
    static JoinedBlocks of(List<BlockSeries> blocks) {
        int total = 0;
        for (BlockSeries block : blocks) {
            total += block.count;
        }
        FingerprintIndex index = new FingerprintIndex(total);
        int[] numbers = new int[total];
        int[] copies = new int[total];
        int entry = 0;
        for (BlockSeries block : blocks) {
            for (int i = 0; i < block.count; i++) {
                int number = index.numberOf(block.hi[i], block.lo[i]);
                numbers[entry++] = number;
                copies[number]++;
            }
        }
        int size = index.size();
        int[] copyStart = new int[size + 1];
        for (int i = 0; i < size; i++) {
            copyStart[i + 1] = copyStart[i] + copies[i];
        }
        int[] next = Arrays.copyOf(copyStart, size);
        int[] copyBlock = new int[total];
        int[] copySeries = new int[total];
        entry = 0;
        for (int b = 0; b < blocks.size(); b++) {
            for (int i = 0; i < blocks.get(b).count; i++) {
                int copy = next[numbers[entry++]]++;
                copyBlock[copy] = b;
                copySeries[copy] = i;
            }
        }
        return new JoinedBlocks(
                List.copyOf(blocks), table(blocks, copyStart, copyBlock, copySeries), copyStart, copyBlock, copySeries);
    }

    /** Labels are those of the first copy; what two blocks have both stands in the dictionary twice. */
    private static SeriesTable table(List<BlockSeries> blocks, int[] copyStart, int[] copyBlock, int[] copySeries) {
        int size = copyStart.length - 1;
        int[] idsFrom = new int[blocks.size()];
        Label[] dictionary = dictionary(blocks, idsFrom);
        long[] hi = new long[size];
        long[] lo = new long[size];
        long[] min = new long[size];
        long[] max = new long[size];
        int[] chunks = new int[size];
        int[] labelStart = new int[size + 1];
        for (int i = 0; i < size; i++) {
            min[i] = Long.MAX_VALUE;
            max[i] = Long.MIN_VALUE;
            for (int c = copyStart[i]; c < copyStart[i + 1]; c++) {
                BlockSeries block = blocks.get(copyBlock[c]);
                int s = copySeries[c];
                min[i] = Math.min(min[i], block.minMs[s]);
                max[i] = Math.max(max[i], block.maxMs[s]);
                chunks[i] += block.chunkCount[s];
            }
            BlockSeries first = blocks.get(copyBlock[copyStart[i]]);
            int s = copySeries[copyStart[i]];
            hi[i] = first.hi[s];
            lo[i] = first.lo[s];
            labelStart[i + 1] = labelStart[i] + first.labelStart[s + 1] - first.labelStart[s];
        }
        int[] labelIds = new int[labelStart[size]];
        for (int i = 0; i < size; i++) {
            int b = copyBlock[copyStart[i]];
            BlockSeries first = blocks.get(b);
            int from = first.labelStart[copySeries[copyStart[i]]];
            for (int k = labelStart[i]; k < labelStart[i + 1]; k++) {
                labelIds[k] = idsFrom[b] + first.labelIds()[from + k - labelStart[i]];
            }
        }
        return new SeriesTable(dictionary, hi, lo, labelStart, labelIds, min, max, chunks);
    }

    /** All blocks' dictionaries one behind the other; {@code idsFrom} is told where each begins. */
    private static Label[] dictionary(List<BlockSeries> blocks, int[] idsFrom) {
        Label[] all = {};
        for (int b = 0; b < idsFrom.length; b++) {
            Label[] more = blocks.get(b).dictionary();
            idsFrom[b] = all.length;
            if (b == 0) {
                all = more;
            } else {
                int before = all.length;
                all = Arrays.copyOf(all, before + more.length);
                System.arraycopy(more, 0, all, before, more.length);
            }
        }
        return all;
    }
}
