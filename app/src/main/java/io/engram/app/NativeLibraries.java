package io.engram.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the native parts of libraries are unpacked: each start of a JVM makes copies, which only an orderly end removes. In a
 * folder that belongs to one process alone, the next one removes what a killed one left.
 */
final class NativeLibraries {
    /** Of snappy-java and zstd-jni; whoever sets one has reasons, such as a data folder that nothing may be run from. */
    private static final List<String> KEYS = List.of("org.xerial.snappy.tempdir", "ZstdTempFolder");

    private NativeLibraries() {}

    /**
     * Empties {@code dir} and has libraries that are not loaded yet unpacked there.
     *
     * @param dir is nobody else's; made where it is missing
     */
    static void unpackInto(Path dir) throws IOException {
        Files.createDirectories(dir);
        try (Stream<Path> left = Files.list(dir)) {
            for (Path file : left.toList()) {
                Files.delete(file);
            }
        }
        for (String key : KEYS) {
            if (System.getProperty(key) == null) {
                System.setProperty(key, dir.toAbsolutePath().toString());
            }
        }
    }
}
