package io.engram.tsdb.block;

import io.engram.model.block.BlockFile;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.BlockStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a whole block and says what is wrong with it: every checksum, the order of symbols, series and chunks, that postings
 * and series say the same, that chunks decode to what the index says of them, that no byte lies between the parts, and that
 * {@code meta.json} counts what is there.
 */
public final class BlockVerify {
    /** Findings beyond this are not looked for: the block is bad. */
    static final int MAX_FINDINGS = 100;

    /**
     * Something that is wrong.
     *
     * @param file within the block
     * @param offset in bytes from the beginning of the file
     */
    public record Finding(String file, long offset, String expected, String found) {
        @Override
        public String toString() {
            return "%s at offset %d: expected %s, found %s".formatted(file, offset, expected, found);
        }
    }

    private final List<Finding> findings = new ArrayList<>();

    private BlockVerify() {}

    /** What is wrong with the block in a folder; nothing where it is good. */
    public static List<Finding> verify(Path folder) throws IOException {
        BlockVerify verify = new BlockVerify();
        try (BlockReader block = BlockReader.open(folder)) {
            verify.check(block, folder);
        } catch (CorruptBlock e) {
            verify.add(e);
        } catch (TooManyFindings e) {
            // what was found is enough
        }
        return List.copyOf(verify.findings);
    }

    private static final class TooManyFindings extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    void add(CorruptBlock e) {
        findings.add(new Finding(e.file().file(), e.offset(), e.expected(), e.found()));
        if (findings.size() == MAX_FINDINGS) {
            throw new TooManyFindings();
        }
    }

    void add(BlockPath path, long offset, String expected, String found) {
        add(path.corrupt(offset, expected, found));
    }

    private void check(BlockReader block, Path folder) throws IOException {
        BlockStats counted = new IndexVerify(block, this).check();
        BlockMeta meta = block.meta();
        BlockPath path = new BlockPath(meta.id().toString(), BlockPath.META);
        BlockStats stats = meta.stats();
        if (stats.series() != counted.series()
                || stats.chunks() != counted.chunks()
                || stats.samples() != counted.samples()) {
            add(path, 0, counted.toString(), stats.toString());
        }
        if (!folder.getFileName().toString().equals(meta.id().toString())) {
            add(path, 0, "the id " + folder.getFileName(), meta.id().toString());
        }
        for (BlockFile file : meta.thanos().map(thanos -> thanos.files()).orElse(List.of())) {
            Path there = folder.resolve(file.path());
            if (!Files.exists(there)) {
                add(path, 0, "a file " + file.path(), "none");
            } else if (file.sizeBytes() > 0 && Files.size(there) != file.sizeBytes()) {
                add(path, 0, file.sizeBytes() + " bytes of " + file.path(), Long.toString(Files.size(there)));
            }
        }
    }
}
