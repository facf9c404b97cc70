package io.engram.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What Debian packages bring; where one is missing the test says so and is skipped. */
final class Debian {
    private Debian() {}

    static String require(String program) {
        return require(program, "prometheus");
    }

    static String require(String program, String ofPackage) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseGet(() -> skip(program, ofPackage));
    }

    /** @param name of a file in a folder for each machine type: {@code faketime/libfaketime.so.1} */
    static String requireLibrary(String name, String ofPackage) throws IOException {
        try (Stream<Path> machines = Files.list(Path.of("/usr/lib"))) {
            return machines.filter(folder -> folder.getFileName().toString().endsWith("-linux-gnu"))
                    .map(folder -> folder.resolve(name))
                    .filter(Files::isReadable)
                    .map(Path::toString)
                    .findFirst()
                    .orElseGet(() -> skip(name, ofPackage));
        }
    }

    private static String skip(String what, String ofPackage) {
        System.out.println("skipped: '" + what + "' is not installed (Debian package " + ofPackage + ")");
        return Assumptions.abort(what + " is not installed");
    }
}
