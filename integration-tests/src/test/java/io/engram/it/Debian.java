package io.engram.it;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** Programs that Debian packages bring; where one is missing the test says so and is skipped. */
final class Debian {
    private Debian() {}

    static String require(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseGet(() -> {
                    System.out.println("skipped: '" + program + "' is not installed (Debian package prometheus)");
                    Assumptions.abort(program + " is not installed");
                    return "";
                });
    }
}
