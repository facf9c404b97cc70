package io.engram.storegateway;

import io.engram.model.block.BlockId;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.read.ChunkBatch;
import io.engram.proto.SelectBlocks;
import io.engram.tsdb.block.BlockReader;
import io.engram.tsdb.block.SeriesEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What a select answers, in a form that can be compared: each series with its chunks, as text. */
final class Answers {
    private Answers() {}

    /** Through a cursor, which is closed; series are fetched in batches of any size. */
    static TreeMap<Labels, List<String>> of(SelectBlocks.Cursor cursor, SplittableRandom random) {
        TreeMap<Labels, List<String>> answer = new TreeMap<>();
        try (cursor) {
            int[] ordinals = IntStream.range(0, cursor.series().size()).toArray();
            ChunkBatch batch = new ChunkBatch();
            for (int from = 0; from < ordinals.length; ) {
                int to = Math.min(ordinals.length, from + random.nextInt(1, 20));
                cursor.fetch(ordinals, from, to, batch);
                for (int i = from; i < to; i++) {
                    List<String> chunks = texts(batch, i - from);
                    if (answer.put(cursor.series().labels(ordinals[i]), chunks) != null) {
                        throw new AssertionError("twice: " + cursor.series().labels(ordinals[i]));
                    }
                }
                from = to;
            }
        }
        return answer;
    }

    private static List<String> texts(ChunkBatch batch, int series) {
        List<String> texts = new ArrayList<>();
        for (int c = batch.firstChunk[series]; c < batch.firstChunk[series + 1]; c++) {
            texts.add(batch.minTimeMs[c] + ".." + batch.maxTimeMs[c] + " " + batch.encoding[c] + " "
                    + Arrays.hashCode(
                            Arrays.copyOfRange(batch.data, batch.offset[c], batch.offset[c] + batch.length[c])));
        }
        return texts;
    }

    /** What the readers of the same blocks on a local disk say. */
    static TreeMap<Labels, List<String>> ofLocal(
            Path folder, List<BlockId> blocks, long minMs, long maxMs, List<Matcher> matchers) throws IOException {
        TreeMap<Labels, List<String>> answer = new TreeMap<>();
        for (BlockId id : blocks) {
            try (BlockReader block = BlockReader.open(folder.resolve(id.toString()))) {
                SeriesEntry entry = new SeriesEntry();
                block.select(matchers).forEach((int ref) -> {
                    ChunkBatch batch = new ChunkBatch();
                    block.chunkReader().read(block.series(ref, entry), minMs, maxMs, batch);
                    batch.endSeries();
                    if (batch.chunkCount > 0) {
                        answer.computeIfAbsent(block.labels(entry), _ -> new ArrayList<>())
                                .addAll(texts(batch, 0));
                    }
                });
            }
        }
        answer.values().forEach(chunks -> chunks.sort(Comparator.comparing(Answers::minMs)));
        return answer;
    }

    private static long minMs(String chunk) {
        return Long.parseLong(chunk.substring(0, chunk.indexOf("..")));
    }
}
