package io.engram.tsdb.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.block.BlockId;
import io.engram.model.labels.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of a small block, as docs/internals/block.md explains them. */
class BlockFormatTest {
    @TempDir
    Path folder;

    @Test
    void writesTheBytesOfTheDocumentation() throws IOException {
        BlockModel model = new BlockModel();
        model.put(Labels.of("__name__", "up", "job", "a"), 1000, 1);
        model.put(Labels.of("__name__", "up", "job", "a"), 16_000, 1);
        model.put(Labels.of("__name__", "up", "job", "b"), 1000, 0);
        Path block = model.write(folder, BlockId.of(1, 0, 0));
        assertEquals(documented("`chunks/000001`:"), hex(block.resolve("chunks/000001")));
        assertEquals(documented("`index`:"), hex(block.resolve("index")));
    }

    /** The bytes in the listing that follows a line. */
    private static String documented(String title) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("../docs/internals/block.md"));
        StringBuilder hex = new StringBuilder();
        for (String line : lines.subList(lines.indexOf(title) + 3, lines.size())) {
            if (line.startsWith("```")) {
                break;
            }
            assertEquals(hex.length() / 2, HexFormat.fromHexDigits(line.substring(0, 4)), line);
            for (int at = 6; at + 2 <= Math.min(line.length(), 51) && line.charAt(at) != ' '; at += 3) {
                hex.append(line, at, at + 2);
            }
        }
        return hex.toString();
    }

    private static String hex(Path file) throws IOException {
        return HexFormat.of().formatHex(Files.readAllBytes(file));
    }
}
