package io.engram.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuthCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String in, String... args) {
        return new AuthCommand(
                        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .answer(List.of(args));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void printsTheLineOfAToken() {
        assertEquals(0, run("abcdefghijklmnopqrstuvwxyz\n", "hash", "--token"));

        assertEquals("sha256:71c480df93d6ae2f1efad1447c66c9525e316218cf51fc8d9ed832f2daf18b73\n", printed());
    }

    @Test
    void saltsEveryPassword() {
        assertEquals(0, run("secret\n", "hash"));
        assertEquals(0, run("secret\n", "hash"));

        List<String> lines = printed().lines().toList();
        assertTrue(lines.getFirst().startsWith("pbkdf2-sha256:600000:"), lines::toString);
        assertTrue(!lines.getFirst().equals(lines.getLast()), lines::toString);
    }

    @Test
    void theTokenThatItMakesHasTheLineThatItPrints() {
        assertEquals(0, run("", "token"));

        List<String> lines = printed().lines().toList();
        out.reset();
        assertEquals(0, run(lines.getFirst().substring("token: ".length()), "hash", "--token"));
        assertEquals(lines.getLast(), "line:  " + printed().strip());
    }

    @Test
    void refusesWhatIsNoSecret() {
        assertEquals(2, run("", "hash"));
        assertEquals(2, run("hunter2\n", "hash", "--token"));
        assertEquals(2, run("x", "hash", "hunter2"));

        assertEquals("", printed());
        assertTrue(!err.toString(StandardCharsets.UTF_8).contains("hunter2"), err::toString);
    }
}
