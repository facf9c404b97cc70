package io.engram.app;

import io.engram.server.auth.SecretHash;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/** {@code engram auth …}: makes what {@code server.auth-file} keeps of secrets. Exit codes: 0, and 2 for a bad call. */
final class AuthCommand {
    static final String USAGE = """
            Usage: engram auth hash [--token]
                     Read a password from standard input, print its line for server.auth-file.
                     With --token: a random token in place of a password.
                   engram auth token
                     Make a random token; print it and its line for server.auth-file.
            """;

    /** Random bits that nobody can try out. */
    private static final int TOKEN_BYTES = 32;

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    AuthCommand(InputStream in, PrintStream out, PrintStream err) {
        this.in = in;
        this.out = out;
        this.err = err;
    }

    static int run(List<String> args) {
        return new AuthCommand(System.in, System.out, System.err).answer(args);
    }

    int answer(List<String> args) {
        try {
            if (args.equals(List.of("hash"))) {
                out.println(SecretHash.Password.of(secret(), SecretHash.DEFAULT_ITERATIONS)
                        .text());
                return 0;
            }
            if (args.equals(List.of("hash", "--token"))) {
                out.println(SecretHash.Token.of(secret()).text());
                return 0;
            }
            if (args.equals(List.of("token"))) {
                byte[] random = new byte[TOKEN_BYTES];
                new SecureRandom().nextBytes(random);
                String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
                out.println("token: " + token);
                out.println("line:  " + SecretHash.Token.of(token).text());
                return 0;
            }
            err.print(USAGE);
        } catch (IllegalArgumentException | IOException e) {
            err.println("engram auth: " + e.getMessage());
        }
        return 2;
    }

    /** One line; what is typed at a terminal is not shown. */
    private String secret() throws IOException {
        Console console = System.console();
        String line;
        if (console != null && console.isTerminal() && in == System.in) {
            char[] typed = console.readPassword("Secret: ");
            line = typed == null ? null : new String(typed);
        } else {
            line = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
        }
        if (line == null || line.isEmpty()) {
            throw new IllegalArgumentException("there is no secret on standard input");
        }
        return line;
    }
}
