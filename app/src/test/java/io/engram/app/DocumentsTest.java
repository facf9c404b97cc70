package io.engram.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Pages that are made from the code agree with it. After a change, write them anew:
 * {@code ./mvnw -pl app -am test -Dtest=DocumentsTest -Dsurefire.failIfNoSpecifiedTests=false -Dengram.docs.write=true}.
 */
class DocumentsTest {
    private static final Path DOCS = Path.of("..", "docs");

    @Test
    void errorsPageListsEveryId() throws IOException {
        compare("errors.md", ErrorsPage.markdown());
    }

    @Test
    void configurationPageListsEveryKey() throws IOException {
        compare("configuration.md", Main.configurationPage());
    }

    @Test
    void limitsPageListsEveryLimit() throws IOException {
        compare("limits.md", LimitsPage.markdown());
    }

    private static void compare(String name, String made) throws IOException {
        Path page = DOCS.resolve(name);
        if (Boolean.getBoolean("engram.docs.write")) {
            Files.writeString(page, made);
        }
        assertEquals(
                made,
                Files.exists(page) ? Files.readString(page) : "",
                () -> "docs/" + name + " is not what the code says");
    }
}
