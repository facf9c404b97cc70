package io.engram.compactor.testing;

import io.engram.bucket.Bucket;
import io.engram.bucket.layout.BlockUploader;
import io.engram.bucket.layout.TenantBucket;
import io.engram.compactor.job.BlockDownload;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.block.ThanosSection;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.tsdb.block.BlockChunkReader;
import io.engram.tsdb.block.BlockReader;
import io.engram.tsdb.block.BlockWriter;
import io.engram.tsdb.block.SeriesEntry;
import io.engram.tsdb.chunk.XorDecoder;
import io.engram.tsdb.chunk.XorEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Samples by series and time, as the bits of a double: what a block holds, and what all blocks of a tenant hold together. */
public final class SampleSet {
    private final TreeMap<String, TreeMap<Long, Long>> series = new TreeMap<>();

    /** @param name of the metric, the only label */
    public SampleSet put(String name, long timeMs, double value) {
        series.computeIfAbsent(name, _ -> new TreeMap<>()).put(timeMs, Double.doubleToRawLongBits(value));
        return this;
    }

    /** Series {@code s0}, {@code s1} and so on, a sample every {@code stepMs} of {@code [fromMs, toMs)}. */
    public SampleSet fill(int seriesCount, long fromMs, long toMs, long stepMs) {
        for (int i = 0; i < seriesCount; i++) {
            for (long time = fromMs; time < toMs; time += stepMs) {
                put("s" + i, time, time % 1000 + i);
            }
        }
        return this;
    }

    public SampleSet add(SampleSet other) {
        other.series.forEach((name, samples) ->
                series.computeIfAbsent(name, _ -> new TreeMap<>()).putAll(samples));
        return this;
    }

    public long count() {
        return series.values().stream().mapToLong(TreeMap::size).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SampleSet set && series.equals(set.series);
    }

    @Override
    public int hashCode() {
        return series.hashCode();
    }

    @Override
    public String toString() {
        Map<String, Integer> counts = new TreeMap<>();
        series.forEach((name, samples) -> counts.put(name, samples.size()));
        return counts.toString();
    }

    /** Writes a block out of a head, {@code parent/id}. */
    public Path write(Path parent, BlockId id) throws IOException {
        TreeSet<String> symbols = new TreeSet<>(series.keySet());
        symbols.add("__name__");
        List<String> numbered = List.copyOf(symbols);
        try (BlockWriter writer = BlockWriter.create(parent, id)) {
            for (String symbol : numbered) {
                byte[] utf8 = symbol.getBytes(StandardCharsets.UTF_8);
                writer.addSymbol(utf8, 0, utf8.length);
            }
            for (Map.Entry<String, TreeMap<Long, Long>> entry : series.entrySet()) {
                writer.beginSeries(new int[] {numbered.indexOf("__name__"), numbered.indexOf(entry.getKey())}, 2);
                List<Map.Entry<Long, Long>> samples =
                        new ArrayList<>(entry.getValue().entrySet());
                for (int from = 0; from < samples.size(); from += 120) {
                    List<Map.Entry<Long, Long>> chunk = samples.subList(from, Math.min(samples.size(), from + 120));
                    XorEncoder encoder = new XorEncoder();
                    encoder.reset();
                    chunk.forEach(sample -> encoder.append(sample.getKey(), sample.getValue()));
                    byte[] bytes = encoder.toByteArray();
                    writer.addChunk(
                            chunk.getFirst().getKey(),
                            chunk.getLast().getKey(),
                            ChunkEncoding.XOR,
                            bytes,
                            0,
                            bytes.length);
                }
                writer.endSeries();
            }
            return writer.finish(contents -> new BlockMeta(
                    id,
                    contents.minTimeMs(),
                    contents.maxTimeMs() + 1,
                    contents.stats(),
                    Compaction.ofHead(id, false),
                    Optional.empty()));
        }
    }

    /** Writes a block and puts it into the bucket, as an ingester does. */
    public BlockMeta upload(TenantBucket bucket, Path scratch, BlockId id) throws IOException {
        Path folder = write(scratch, id);
        return new BlockUploader(bucket)
                .upload(folder, ThanosSection.raw(Labels.EMPTY, "ingester"))
                .meta();
    }

    /** What a local block holds. */
    public static SampleSet of(Path folder) {
        SampleSet set = new SampleSet();
        try (BlockReader block = BlockReader.open(folder)) {
            SeriesEntry entry = new SeriesEntry();
            BlockChunkReader chunks = block.chunkReader();
            ChunkBatch batch = new ChunkBatch();
            block.allSeries().forEach((int ref) -> {
                block.series(ref, entry);
                batch.clear();
                chunks.read(entry, Long.MIN_VALUE, Long.MAX_VALUE, batch);
                set.decode(block.labels(entry).get("__name__"), batch);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return set;
    }

    private void decode(String name, ChunkBatch batch) {
        TreeMap<Long, Long> samples = series.computeIfAbsent(name, _ -> new TreeMap<>());
        for (int c = 0; c < batch.chunkCount; c++) {
            int count = XorDecoder.sampleCount(batch.data, batch.offset[c], batch.length[c]);
            long[] times = new long[count + 1];
            double[] values = new double[count + 1];
            XorDecoder.decode(
                    batch.data, batch.offset[c], batch.length[c], Long.MIN_VALUE, Long.MAX_VALUE, times, values, 0);
            for (int i = 0; i < count; i++) {
                samples.put(times[i], Double.doubleToRawLongBits(values[i]));
            }
        }
    }

    /** What the blocks of a tenant hold that are not marked for deletion: what is left when all marks are due. */
    public static SampleSet live(TenantBucket bucket, Path scratch) throws IOException {
        SampleSet set = new SampleSet();
        for (BlockId id : liveBlocks(bucket)) {
            Path folder = scratch.resolve("read-" + System.nanoTime()).resolve(id.toString());
            new BlockDownload(bucket).download(id, folder);
            set.add(of(folder));
        }
        return set;
    }

    /** Blocks that have a {@code meta.json} and no deletion mark. */
    public static List<BlockId> liveBlocks(TenantBucket bucket) throws IOException {
        TreeSet<BlockId> whole = new TreeSet<>();
        TreeSet<BlockId> marked = new TreeSet<>();
        bucket.list("", Bucket.Depth.ALL, page -> {
            page.objects().forEach(object -> {
                String[] parts = object.key().split("/");
                if (parts.length == 2 && parts[1].equals(BlockMeta.FILE)) {
                    whole.add(BlockId.parse(parts[0]));
                } else if (parts.length == 2 && parts[1].equals("deletion-mark.json")) {
                    marked.add(BlockId.parse(parts[0]));
                }
            });
            return true;
        });
        whole.removeAll(marked);
        return List.copyOf(whole);
    }
}
