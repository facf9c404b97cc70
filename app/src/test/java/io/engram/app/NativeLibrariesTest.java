package io.engram.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
    private static final String SNAPPY = "org.xerial.snappy.tempdir";
    private static final String ZSTD = "ZstdTempFolder";

    @TempDir
    private Path folder;

    private final String snappyBefore = System.getProperty(SNAPPY);
    private final String zstdBefore = System.getProperty(ZSTD);

    @BeforeEach
    void clear() {
        System.clearProperty(SNAPPY);
        System.clearProperty(ZSTD);
    }

    @AfterEach
    void restore() {
        restore(SNAPPY, snappyBefore);
        restore(ZSTD, zstdBefore);
    }

    private static void restore(String key, String value) {
        if (value == null) {
            System.clearProperty(key);
        } else {
            System.setProperty(key, value);
        }
    }

    @Test
    void whatAKilledProcessLeftGoesAndTheFolderIsUsed() throws Exception {
        Path dir = folder.resolve("native");
        NativeLibraries.unpackInto(dir);
        Files.writeString(dir.resolve("snappy-1-left-libsnappyjava.so"), "left");
        NativeLibraries.unpackInto(dir);
        try (Stream<Path> files = Files.list(dir)) {
            assertEquals(0, files.count());
        }
        assertEquals(dir.toAbsolutePath().toString(), System.getProperty(SNAPPY));
        assertEquals(dir.toAbsolutePath().toString(), System.getProperty(ZSTD));
    }

    @Test
    void whatTheOperatorSaysHolds() throws Exception {
        System.setProperty(SNAPPY, "/somewhere");
        NativeLibraries.unpackInto(folder.resolve("native"));
        assertEquals("/somewhere", System.getProperty(SNAPPY));
    }
}
