package io.engram.app;

import io.engram.server.tenant.TenantResolver;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code engram capacity check}: asks a server whether more series fit, for pipelines that roll out what makes them. Prints
 * one line; exit codes are {@link #FITS}, {@link #FULL} and {@link #NOT_ASKED}.
 */
final class CapacityCheck {
    static final int FITS = 0;
    static final int FULL = 1;
    static final int NOT_ASKED = 2;

    static final String USAGE = """
            Usage: engram capacity check --series=N [--url=http://127.0.0.1:9009] [--match=SELECTOR] [--tenant=ID]
                                         [--token-file=PATH]
              Asks a server whether so many more series fit: 0 they do, 1 they do not, 2 it could not be asked.
            """;
    private static final List<String> FLAGS = List.of("url", "series", "match", "tenant", "token-file");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private CapacityCheck() {}

    /** Whether a command line is meant for this, not for the server. */
    static boolean isMeant(List<String> args) {
        return !args.isEmpty() && args.getFirst().equals("capacity");
    }

    /** @param args from {@code capacity} on */
    static int run(List<String> args, PrintStream out, PrintStream err) {
        Map<String, String> flags = new HashMap<>(Map.of("url", "http://127.0.0.1:9009"));
        if (args.size() < 2 || !args.get(1).equals("check") || !parse(args.subList(2, args.size()), flags, err)) {
            err.print(USAGE);
            return NOT_ASKED;
        }
        if (!flags.containsKey("series")) {
            err.println("engram: --series=N is missing: how many more series there would be");
            err.print(USAGE);
            return NOT_ASKED;
        }
        try {
            return ask(flags, out, err);
        } catch (NoSuchFileException e) {
            err.println("engram: " + e.getMessage() + " does not exist");
        } catch (IOException | IllegalArgumentException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            err.println("engram: cannot ask " + flags.get("url") + ": " + why);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("engram: interrupted");
        }
        return NOT_ASKED;
    }

    private static boolean parse(List<String> args, Map<String, String> flags, PrintStream err) {
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            String flag = arg.replaceFirst("^--?", "");
            int equals = flag.indexOf('=');
            String name = equals < 0 ? flag : flag.substring(0, equals);
            if (!arg.startsWith("-") || !FLAGS.contains(name) || equals < 0 && i + 1 == args.size()) {
                err.println("engram: " + arg + " is no flag of capacity check, or lacks its value");
                return false;
            }
            flags.put(name, equals < 0 ? args.get(++i) : flag.substring(equals + 1));
        }
        return true;
    }

    private static int ask(Map<String, String> flags, PrintStream out, PrintStream err)
            throws IOException, InterruptedException {
        StringBuilder url = new StringBuilder(flags.get("url").replaceFirst("/+$", ""))
                .append("/api/v1/capacity?series=")
                .append(encoded(flags.get("series")));
        if (flags.containsKey("match")) {
            url.append("&match=").append(encoded(flags.get("match")));
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url.toString()))
                .timeout(PATIENCE)
                .header("Accept", "text/plain");
        if (flags.containsKey("tenant")) {
            request.header(TenantResolver.HEADER, flags.get("tenant"));
        }
        if (flags.containsKey("token-file")) {
            String token = Files.readString(Path.of(flags.get("token-file"))).strip();
            request.header("Authorization", "Bearer " + token);
        }
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String line = answer.body().strip();
            if (answer.statusCode() == 200 && line.startsWith("fits:")) {
                out.println(line);
                return FITS;
            }
            if (answer.statusCode() == 200 && line.startsWith("full:")) {
                out.println(line);
                return FULL;
            }
            err.println("engram: " + flags.get("url") + " answered " + answer.statusCode() + ": " + line);
            return NOT_ASKED;
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
