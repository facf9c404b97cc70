package io.engram.tsdb.block;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.read.ChunkEncoding;
import io.engram.tsdb.chunk.XorEncoder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * What writing and merging cost: {@code main(series, blocks)} writes blocks of series with 12 labels and 2 h of samples every
 * 15 s, then merges copies of one, then the blocks behind each other. Figures are per CPU second of the one thread.
 */
final class BlockMeasurement {
    private static final int LABELS = 12;
    private static final int CHUNKS = 4;
    private static final long RANGE_MS = 7_200_000;

    private final int series;
    private final byte[][] symbols;
    /** By quarter of the range. */
    private final byte[][][] chunks = new byte[CHUNKS][16][];

    private final Path folder;
    private final SplittableRandom random = new SplittableRandom(1);

    private BlockMeasurement(int series, Path folder) {
        this.series = series;
        this.folder = folder;
        TreeSet<String> texts = new TreeSet<>();
        for (int l = 0; l < LABELS; l++) {
            texts.add("label_%02d".formatted(l));
        }
        for (int i = 0; i < series; i++) {
            texts.add("value_%09d".formatted(i));
        }
        symbols = texts.stream().map(t -> t.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    }

    public static void main(String[] arguments) throws IOException {
        int series = Integer.parseInt(arguments[0]);
        int blocks = Integer.parseInt(arguments[1]);
        Path folder = Files.createTempDirectory("blocks");
        try {
            new BlockMeasurement(series, folder).run(blocks);
        } finally {
            BlockFolders.delete(folder);
        }
    }

    private void run(int blocks) throws IOException {
        LongSupplier cpu = () -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        List<Path> written = new ArrayList<>();
        for (int b = 0; b < blocks; b++) {
            long before = cpu.getAsLong();
            written.add(write(b * RANGE_MS));
            double seconds = (cpu.getAsLong() - before) / 1e9;
            System.out.printf("wrote %d series in %.2f s CPU: %.0f series/s%n", series, seconds, series / seconds);
        }
        Path first = written.getFirst();
        System.out.printf(
                "index %.1f B/series, %.2f B/sample with index%n",
                (double) Files.size(first.resolve("index")) / series,
                (double) (Files.size(first.resolve("index")) + Files.size(first.resolve("chunks/000001")))
                        / (120.0 * CHUNKS * series));
        measureMerge("three copies", List.of(first, first, first), cpu);
        measureMerge("blocks behind each other", written, cpu);
        measureMerge("copies cut elsewhere", List.of(first, write(450_000), write(900_000)), cpu);
        long before = cpu.getAsLong();
        System.out.println(
                "verify: " + BlockVerify.verify(first) + " in " + (cpu.getAsLong() - before) / 1_000_000 + " ms");
    }

    private void measureMerge(String what, List<Path> sources, LongSupplier cpu) throws IOException {
        List<BlockReader> open = new ArrayList<>();
        for (Path source : sources) {
            open.add(BlockReader.open(source));
        }
        BlockId id = BlockId.create(1, random);
        List<BlockMeta> metas = open.stream().map(BlockReader::meta).toList();
        long before = cpu.getAsLong();
        BlockMerge.Result result = BlockMerge.merge(
                open,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                folder,
                id,
                contents -> MergedMeta.of(id, metas, Long.MIN_VALUE, Long.MAX_VALUE, "compactor", contents));
        double seconds = (cpu.getAsLong() - before) / 1e9;
        long samples = metas.stream().mapToLong(m -> m.stats().samples()).sum();
        System.out.printf(
                "merged %s: %.2f s CPU, %.1f M samples/s, %.2f us/series, %d copied, %d recoded%n",
                what,
                seconds,
                samples / seconds / 1e6,
                seconds * 1e6 / series,
                result.chunksCopied(),
                result.chunksRecoded());
        open.forEach(BlockReader::close);
    }

    private byte[] chunk(long startMs) {
        XorEncoder encoder = new XorEncoder();
        double value = random.nextInt(1000);
        for (int k = 0; k < 120; k++) {
            value += random.nextInt(10);
            encoder.append(startMs + 15_000L * k, Double.doubleToRawLongBits(value));
        }
        return encoder.toByteArray();
    }

    /** Of the labels some are the same everywhere, some have few values, one is another one for each series. */
    private Path write(long startMs) throws IOException {
        for (int c = 0; c < CHUNKS; c++) {
            for (int i = 0; i < chunks[c].length; i++) {
                chunks[c][i] = chunk(startMs + 1_800_000L * c);
            }
        }
        BlockId id = BlockId.create(startMs, random);
        try (BlockWriter writer = BlockWriter.create(folder, id)) {
            for (byte[] symbol : symbols) {
                writer.addSymbol(symbol, 0, symbol.length);
            }
            int[] ids = new int[2 * LABELS];
            for (int s = 0; s < series; s++) {
                for (int l = 0; l < LABELS; l++) {
                    ids[2 * l] = l;
                    ids[2 * l + 1] = LABELS + (l < 4 ? 0 : l < 6 ? s / 1000 : l == 11 ? s : s * l % 1000 % series);
                }
                ids[7] = LABELS + s / 100;
                ids[9] = LABELS + s % 100 % series;
                if (s > 0 && s % 100 == 0) {
                    Arrays.fill(ids, 9, 10, LABELS);
                }
                writer.beginSeries(ids, ids.length);
                for (int c = 0; c < CHUNKS; c++) {
                    byte[] chunk = chunks[c][s % chunks[c].length];
                    long min = startMs + 1_800_000L * c;
                    writer.addChunk(min, min + 1_785_000, ChunkEncoding.XOR, chunk, 0, chunk.length);
                }
                writer.endSeries();
            }
            return writer.finish(contents -> BlockModel.meta(id, contents));
        }
    }
}
