package io.engram.tsdb.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.testing.Seeds;
import io.engram.tsdb.chunk.CorruptChunk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.RoaringBitmap;

/**
 * The decoders over arrays, as a reader of ranges uses them: equal to the reader of a folder; and what they make of nonsense
 * whose checksum is right: no exception but theirs, and nothing that grows with what a number claims.
 */
class DecoderFuzzTest {
    private static final BlockPath INDEX = BlockPath.index("test");

    @TempDir
    Path folder;

    @Test
    void rangesAreReadAsTheFolderIs() {
        Seeds.check(6, random -> {
            BlockModel model = RandomBlocks.next(random, 80, 60);
            Path path = model.write(folder, RandomBlocks.id(random));
            byte[] index = Files.readAllBytes(path.resolve("index"));
            byte[] chunks = Files.readAllBytes(path.resolve("chunks/000001"));
            IndexContents.checkHeader(index, 0, INDEX);
            ChunkFrame.checkHeader(chunks, 0, BlockPath.chunks("test", 0));
            byte[] end = Arrays.copyOfRange(index, index.length - IndexFormat.TOC_BYTES, index.length);
            IndexContents contents = IndexContents.decode(end, 0, index.length, INDEX);
            SymbolTable symbols =
                    SymbolTable.open(part(index, contents.symbols(), contents.series()), INDEX, contents.symbols());
            PostingsOffsetTable table = table(index, contents);
            for (Labels labels : model.series.keySet()) {
                RoaringBitmap found = null;
                for (int i = 0; i < labels.size(); i++) {
                    Label label = labels.at(i);
                    PostingsRange range = table.find(label.name(), label.value());
                    byte[] bytes = Arrays.copyOfRange(index, (int) range.offset(), (int) range.endOffset());
                    RoaringBitmap list = PostingsList.decode(bytes, 0, bytes.length, INDEX, range.offset());
                    assertTrue(list.getCardinality() <= range.maxCount());
                    found = found == null ? list : RoaringBitmap.and(found, list);
                }
                assertTrue(labelsOf(found, index, symbols).contains(labels), labels.toString());
            }
            checkPlan(model, table, index, symbols);
            checkChunks(index, chunks, symbols);
        });
    }

    private static MemorySegment part(byte[] bytes, long from, long to) {
        return MemorySegment.ofArray(Arrays.copyOfRange(bytes, (int) from, (int) to));
    }

    private static PostingsOffsetTable table(byte[] index, IndexContents contents) {
        return PostingsOffsetTable.open(
                part(index, contents.postingsOffsetTable(), index.length - IndexFormat.TOC_BYTES),
                INDEX,
                contents.postingsOffsetTable(),
                contents.postingsEnd());
    }

    private static List<Labels> labelsOf(RoaringBitmap refs, byte[] index, SymbolTable symbols) {
        List<Labels> found = new ArrayList<>();
        SeriesEntry entry = new SeriesEntry();
        refs.forEach((int ref) -> {
            int offset = (int) IndexFormat.seriesOffset(ref);
            assertEquals(-1, SeriesEntry.frameBytes(index, offset, offset, INDEX, offset));
            int bytes = SeriesEntry.frameBytes(index, offset, index.length, INDEX, offset);
            byte[] frame = Arrays.copyOfRange(index, offset, offset + bytes);
            found.add(entry.decode(frame, 0, bytes, INDEX, ref, symbols.count()).labels(symbols));
        });
        return found;
    }

    /** A plan says what to fetch before it is evaluated. */
    private static void checkPlan(BlockModel model, PostingsOffsetTable table, byte[] index, SymbolTable symbols) {
        List<Matcher> matchers = List.of(
                Matcher.equal("__name__", "v1"),
                new Matcher(Matcher.Type.REGEX, "job", "v.*"),
                new Matcher(Matcher.Type.NOT_EQUAL, "pod", "v1"));
        SelectionPlan plan = new SelectionPlan(matchers, table);
        List<PostingsRange> fetched = new ArrayList<>();
        plan.required().forEach(term -> fetched.addAll(term.lists()));
        plan.forbidden().forEach(term -> fetched.addAll(term.lists()));
        RoaringBitmap found = plan.evaluate(new SelectionPlan.Lists() {
            @Override
            public RoaringBitmap read(PostingsRange range) {
                assertTrue(fetched.contains(range) || range.equals(table.all()));
                return PostingsList.decode(index, (int) range.offset(), (int) range.endOffset(), INDEX, range.offset());
            }

            @Override
            public boolean passes(int ref, Matcher matcher) {
                Labels labels =
                        labelsOf(RoaringBitmap.bitmapOf(ref), index, symbols).getFirst();
                return matcher.matches(labels.get(matcher.name()));
            }
        });
        assertEquals(
                model.series.keySet().stream()
                        .filter(labels -> matchers.stream().allMatch(m -> m.matches(labels.get(m.name()))))
                        .toList(),
                labelsOf(found, index, symbols));
    }

    private static void checkChunks(byte[] index, byte[] chunks, SymbolTable symbols) {
        BlockPath path = BlockPath.chunks("test", 0);
        ChunkFrame frame = new ChunkFrame();
        int at = ChunkFormat.HEADER_BYTES;
        int count = 0;
        while (at < chunks.length) {
            int bytes = ChunkFrame.frameBytes(chunks, at, chunks.length, path, at);
            byte[] own = Arrays.copyOfRange(chunks, at, at + bytes);
            frame.decode(own, 0, bytes, path, at);
            assertEquals(bytes, ChunkFormat.frameBytes(frame.dataLength));
            at += bytes;
            count++;
        }
        assertTrue(count > 0 && symbols.count() > 0 && index.length > 0);
    }

    @Test
    void nonsenseWithTheRightChecksumThrowsNothingElse() throws IOException {
        BlockModel model = RandomBlocks.next(Seeds.random(), 40, 60);
        Path path = model.write(folder, RandomBlocks.id(Seeds.random()));
        Seeds.check(300, random -> {
            Path file = path.resolve(random.nextInt(3) == 0 ? "chunks/000001" : "index");
            byte[] good = Files.readAllBytes(file);
            byte[] bad = good.clone();
            damage(bad, file.endsWith("index"), random);
            Files.write(file, bad);
            askEverything(path);
            Files.write(file, good);
        });
    }

    /** Changes some bytes of a part that has a checksum, and the checksum. */
    private static void damage(byte[] bytes, boolean index, SplittableRandom random) {
        List<int[]> parts = index ? indexParts(bytes) : chunkParts(bytes);
        int[] part = parts.get(
                random.nextInt(10) > 6 ? random.nextInt(parts.size()) : random.nextInt(Math.min(3, parts.size())));
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            int at = part[0] + (random.nextBoolean() ? random.nextInt(part[1]) : random.nextInt(Math.min(8, part[1])));
            bytes[at] = random.nextInt(3) == 0 ? (byte) 0xFF : (byte) random.nextInt(256);
        }
        Damage.fixChecksum(bytes, part[0], part[1]);
    }

    private static List<int[]> indexParts(byte[] index) {
        List<int[]> parts = new ArrayList<>();
        IndexContents contents = IndexContents.decode(index, index.length - IndexFormat.TOC_BYTES, index.length, INDEX);
        parts.add(new int[] {index.length - IndexFormat.TOC_BYTES, IndexFormat.TOC_BYTES - 4});
        for (long section : List.of(contents.symbols(), contents.postingsOffsetTable())) {
            parts.add(new int[] {(int) section + 4, Varint.getInt(index, (int) section)});
        }
        PostingsOffsetTable table = table(index, contents);
        PostingsRange all = table.all();
        PostingsList.decode(index, (int) all.offset(), (int) all.endOffset(), INDEX, all.offset())
                .forEach((int ref) -> {
                    int at = (int) IndexFormat.seriesOffset(ref);
                    int whole = SeriesEntry.frameBytes(index, at, index.length, INDEX, at);
                    int lengthBytes = index[at] < 0 ? 2 : 1;
                    parts.add(new int[] {at + lengthBytes, whole - lengthBytes - 4});
                });
        for (String name : table.names()) {
            for (PostingsRange range : table.ranges(name, _ -> true)) {
                parts.add(new int[] {(int) range.offset() + 4, Varint.getInt(index, (int) range.offset())});
            }
        }
        return parts;
    }

    private static List<int[]> chunkParts(byte[] chunks) {
        List<int[]> parts = new ArrayList<>();
        BlockPath path = BlockPath.chunks("test", 0);
        for (int at = ChunkFormat.HEADER_BYTES; at < chunks.length; ) {
            int whole = ChunkFrame.frameBytes(chunks, at, chunks.length, path, at);
            int lengthBytes = chunks[at] < 0 ? 2 : 1;
            parts.add(new int[] {at + lengthBytes, whole - lengthBytes - 4});
            at += whole;
        }
        return parts;
    }

    private void askEverything(Path path) throws IOException {
        BlockVerify.verify(path); // says what it likes, but says it
        try (BlockReader block = BlockReader.open(path)) {
            for (String name : RandomBlocks.NAMES) {
                attempt(() -> block.labelValues(name, List.of(new Matcher(Matcher.Type.NOT_EQUAL, "pod", "v1"))));
                attempt(() -> block.select(List.of(new Matcher(Matcher.Type.REGEX, name, "v[1-3]"))));
            }
            attempt(() -> block.labelNames(List.of(Matcher.equal("__name__", "v1"))));
            attempt(() -> BlockModel.of(block));
            BlockId id = RandomBlocks.id(new SplittableRandom(7));
            attempt(() -> {
                try {
                    BlockMerge.merge(
                            List.of(block, block),
                            RandomBlocks.START_MS + 50_000,
                            Long.MAX_VALUE,
                            folder,
                            id,
                            c -> BlockModel.meta(id, c));
                    BlockFolders.delete(folder.resolve(id.toString()));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        } catch (CorruptBlock e) {
            assertEquals(path.getFileName().toString(), e.file().block());
        }
    }

    private static void attempt(Runnable question) {
        try {
            question.run();
        } catch (CorruptBlock | CorruptChunk expected) {
            assertTrue(expected.getMessage().length() > 10);
        } catch (AssertionError e) {
            // the model's own checks of what it read: a nonsense that decodes
            assertTrue(e.getStackTrace().length > 0);
        }
    }
}
