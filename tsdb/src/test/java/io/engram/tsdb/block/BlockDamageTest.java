package io.engram.tsdb.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.histogram.Histogram;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.testing.HistogramText;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One flipped bit, or an end that is missing: never a wrong answer, and never anything but {@link CorruptBlock}. */
class BlockDamageTest {
    @TempDir
    Path folder;

    private BlockId id;
    private Path block;
    private List<Object> answers;

    @BeforeEach
    void write() throws IOException {
        SplittableRandom random = Seeds.random();
        BlockModel model = new BlockModel();
        while (model.sampleCount() < 3000) {
            RandomBlocks.fill(
                    model, RandomBlocks.labels(random, 8), random, random.nextInt(1, 100), RandomBlocks.START_MS);
        }
        id = RandomBlocks.id(random);
        try (BlockWriter writer = BlockWriter.create(folder, id, 4000, 1000)) {
            block = model.write(writer, id, 50);
        }
        answers = answers();
    }

    /** Everything that can be asked, each answer or the refusal in its place. */
    private List<Object> answers() throws IOException {
        List<Object> all = new ArrayList<>();
        try (BlockReader reader = BlockReader.open(block)) {
            all.add(attempt(() -> {
                List<String> samples = new ArrayList<>();
                BlockModel.of(reader).series.forEach((labels, at) -> samples.add(labels + " " + printed(at)));
                return samples;
            }));
            for (String value : List.of("v0", "v1", "job", "nothing")) {
                for (Matcher.Type type : Matcher.Type.values()) {
                    for (String name : RandomBlocks.NAMES) {
                        all.add(attempt(() -> selected(reader, new Matcher(type, name, value))));
                    }
                }
            }
            all.add(attempt(() -> reader.labelNames(List.of())));
            all.add(attempt(() -> reader.labelNames(List.of(Matcher.equal("__name__", "v1")))));
            for (String name : RandomBlocks.NAMES) {
                all.add(attempt(() -> reader.labelValues(name, List.of())));
                all.add(attempt(() -> reader.labelValues(name, List.of(Matcher.equal("__name__", "v1")))));
            }
        } catch (CorruptBlock e) {
            all.add(e);
        }
        return all;
    }

    private interface Question {
        Object ask();
    }

    private static Object attempt(Question question) {
        try {
            return question.ask();
        } catch (CorruptBlock e) {
            return e;
        }
    }

    private static String printed(Map<Long, Object> samples) {
        StringBuilder text = new StringBuilder();
        samples.forEach((time, value) -> text.append(time)
                .append('=')
                .append(value instanceof Histogram h ? HistogramText.of(h) : value)
                .append(' '));
        return text.toString();
    }

    private static List<Labels> selected(BlockReader reader, Matcher matcher) {
        List<Labels> found = new ArrayList<>();
        SeriesEntry entry = new SeriesEntry();
        reader.select(List.of(matcher)).forEach((int ref) -> found.add(reader.labels(reader.series(ref, entry))));
        return found;
    }

    @Test
    void flippedBitInTheIndexIsFound() throws IOException {
        flip("index", 250);
    }

    @Test
    void flippedBitInTheChunksIsFound() throws IOException {
        flip("chunks/000001", 120);
        flip("chunks/000002", 60);
    }

    @Test
    void truncationIsFoundWhereverItIs() throws IOException {
        for (String file : List.of("index", "chunks/000001", "chunks/000002")) {
            Path path = block.resolve(file);
            byte[] good = Files.readAllBytes(path);
            Seeds.check(30, random -> {
                int length = random.nextInt(3) == 0
                        ? good.length - random.nextInt(1, Math.min(60, good.length))
                        : random.nextInt(good.length);
                Files.write(path, Arrays.copyOf(good, length));
                String what = file + " cut at " + length + " of " + good.length;
                check(what);
                assertFalse(BlockVerify.verify(block).isEmpty(), what + " passes the verification");
            });
            Files.write(path, good);
        }
    }

    @Test
    void missingFilesAreFound() throws IOException {
        for (String file : List.of("index", "chunks/000001", "chunks/000002", "meta.json")) {
            Path path = block.resolve(file);
            byte[] good = Files.readAllBytes(path);
            Files.delete(path);
            check(file + " missing");
            assertFalse(BlockVerify.verify(block).isEmpty(), file + " missing passes the verification");
            Files.write(path, good);
        }
    }

    @Test
    void namesBlockFileOffsetExpectedAndFound() throws IOException {
        Path path = block.resolve("chunks/000001");
        byte[] bytes = Files.readAllBytes(path);
        bytes[20] ^= 4;
        Files.write(path, bytes);
        CorruptBlock e = (CorruptBlock) answers().getFirst();
        assertTrue(
                e.getMessage()
                        .matches(
                                "block " + id
                                        + ": chunks/000001 at offset \\d+: expected CRC-32C [0-9a-f]{8} of a chunk, found [0-9a-f]{8}"),
                e.getMessage());
        assertEquals("chunks/000001", e.file().file());
    }

    private void flip(String file, int times) throws IOException {
        Path path = block.resolve(file);
        byte[] good = Files.readAllBytes(path);
        int[] atRest = new int[1];
        Seeds.check(times, random -> {
            byte[] bad = good.clone();
            int at = random.nextInt(bad.length);
            int bit = random.nextInt(8);
            bad[at] ^= (byte) (1 << bit);
            Files.write(path, bad);
            String what = file + ", bit " + bit + " of byte " + at;
            if (!check(what)) {
                atRest[0]++; // padding, or a list that no question needs
            }
            assertFalse(BlockVerify.verify(block).isEmpty(), what + " passes the verification");
        });
        assertTrue(atRest[0] < times / 2, atRest[0] + " of " + times + " flips changed nothing that was asked for");
        Files.write(path, good);
    }

    /** Whether some answer was refused; all others must be right. */
    private boolean check(String what) throws IOException {
        List<Object> found = answers();
        boolean refused = false;
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i) instanceof CorruptBlock e) {
                refused = true;
                assertEquals(id.toString(), e.file().block(), what);
            } else {
                assertEquals(answers.get(i), found.get(i), what);
            }
        }
        return refused;
    }
}
