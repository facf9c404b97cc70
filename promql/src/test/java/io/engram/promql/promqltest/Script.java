package io.engram.promql.promqltest;

import io.engram.promql.parser.Parser;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A script, read into commands. */
public final class Script {
    private static final Pattern LOAD = Pattern.compile("load(_with_nhcb)?\\s+(\\S+)");
    private static final Pattern INSTANT =
            Pattern.compile("eval(_fail|_warn|_info|_ordered)?\\s+instant\\s+at\\s+(\\S+)\\s+(.+)");
    private static final Pattern RANGE = Pattern.compile(
            "eval(_fail|_warn|_info)?\\s+range\\s+from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+?)\\s+(.+)");

    private final String name;
    private final List<Command> commands;

    private Script(String name, List<Command> commands) {
        this.name = name;
        this.commands = commands;
    }

    static Script of(String name, String text) {
        return new Script(name, parse(text));
    }

    /** All scripts of the resources, by name. */
    public static List<Script> all() throws IOException {
        URL readme = Objects.requireNonNull(Script.class.getResource("/promqltest/README.md"));
        try {
            if (!readme.getProtocol().equals("jar")) {
                return all(Path.of(readme.toURI()).getParent());
            }
            String jar = readme.toString().substring(0, readme.toString().indexOf("!/"));
            try (FileSystem files = FileSystems.newFileSystem(URI.create(jar), Map.of())) {
                return all(files.getPath("/promqltest"));
            }
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static List<Script> all(Path folder) throws IOException {
        List<Script> scripts = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.test")) {
            for (Path file : files) {
                scripts.add(new Script(file.getFileName().toString(), parse(Files.readString(file))));
            }
        }
        scripts.sort(Comparator.comparing(Script::name));
        return scripts;
    }

    /** The file's name, {@code limit.test}. */
    public String name() {
        return name;
    }

    List<Command> commands() {
        return commands;
    }

    /** One command with its place in the file. */
    sealed interface Command {
        int line();

        record Clear(int line) implements Command {}

        /** @param nhcb also what the buckets describe as native histograms */
        record Load(int line, long intervalMs, boolean nhcb, List<String> series) implements Command {}

        /** @param stepMs 0 for an instant query */
        record Eval(int line, long startMs, long endMs, long stepMs, String query, Expectations expectations)
                implements Command {
            boolean instant() {
                return stepMs == 0;
            }
        }
    }

    private static List<Command> parse(String text) {
        List<Command> commands = new ArrayList<>();
        String[] lines = text.split("\n", -1);
        int i = 0;
        while (i < lines.length) {
            String line = clean(lines[i]);
            int number = ++i;
            if (line.isEmpty()) {
                continue;
            }
            List<String> body = new ArrayList<>();
            if (!line.equals("clear")) {
                while (i < lines.length && !clean(lines[i]).isEmpty()) {
                    body.add(clean(lines[i++]));
                }
            }
            commands.add(command(number, line, body));
        }
        return commands;
    }

    private static String clean(String line) {
        String trimmed = line.strip();
        return trimmed.startsWith("#") ? "" : trimmed;
    }

    private static Command command(int number, String line, List<String> body) {
        if (line.equals("clear")) {
            return new Command.Clear(number);
        }
        Matcher load = LOAD.matcher(line);
        if (load.matches()) {
            return new Command.Load(number, duration(load.group(2)), load.group(1) != null, body);
        }
        Matcher instant = INSTANT.matcher(line);
        if (instant.matches()) {
            long at = duration(instant.group(2));
            return new Command.Eval(number, at, at, 0, instant.group(3), Expectations.parse(instant.group(1), body));
        }
        Matcher range = RANGE.matcher(line);
        if (range.matches()) {
            return new Command.Eval(
                    number,
                    duration(range.group(2)),
                    duration(range.group(3)),
                    duration(range.group(4)),
                    range.group(5),
                    Expectations.parse(range.group(1), body));
        }
        throw new IllegalArgumentException("line " + number + ": no command: " + line);
    }

    /** A duration, or a number of seconds. */
    static long duration(String text) {
        if (text.startsWith("-")) {
            return -duration(text.substring(1));
        }
        return text.matches("[0-9.]+") ? Math.round(Double.parseDouble(text) * 1000) : Parser.parseDuration(text);
    }
}
