package io.engram.server.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The paths that are served. Filled before the server starts, only read afterwards. A path without {@code {name}}
 * segments wins over one with; of those, the one that was added first.
 */
public final class RouteTable implements Routes {
    private final Map<String, Path> literal = new HashMap<>();
    private final List<Path> templates = new ArrayList<>();

    /** A route, and what labels of metrics call it. */
    record Route(String method, String pattern, Access access, Endpoint endpoint) {}

    /** What is served at one pattern, by method. */
    record Path(String pattern, String[] segments, Map<String, Route> methods) {
        /** As the header {@code Allow} wants it. */
        String allow() {
            List<String> all = new ArrayList<>(methods.keySet());
            if (methods.containsKey("GET") && !methods.containsKey("HEAD")) {
                all.add("HEAD");
            }
            all.add("OPTIONS");
            return String.join(", ", all);
        }

        /** The route of a method; HEAD is served by GET, without the body. */
        Route route(String method) {
            Route route = methods.get(method);
            return route == null && method.equals("HEAD") ? methods.get("GET") : route;
        }
    }

    /** Below these, whatever is no write is Prometheus' HTTP API, served or not. */
    private static final List<String> API_PREFIXES = List.of("/api/v1/", "/prometheus/api/v1/");

    /** A path that was found, and the values of its {@code {name}} segments. */
    record Match(Path path, Map<String, String> parameters) {}

    @Override
    public void add(String method, String pattern, Access access, Endpoint endpoint) {
        if (!pattern.startsWith("/")) {
            throw new IllegalArgumentException("a pattern begins with /: " + pattern);
        }
        Path path = pathOf(pattern);
        Route before = path.methods.putIfAbsent(method, new Route(method, pattern, access, endpoint));
        if (before != null) {
            throw new IllegalArgumentException(method + " " + pattern + " is served already");
        }
    }

    private Path pathOf(String pattern) {
        if (pattern.indexOf('{') < 0) {
            return literal.computeIfAbsent(pattern, RouteTable::newPath);
        }
        for (Path path : templates) {
            if (path.pattern.equals(pattern)) {
                return path;
            }
        }
        Path path = newPath(pattern);
        templates.add(path);
        return path;
    }

    private static Path newPath(String pattern) {
        return new Path(pattern, segments(pattern), new TreeMap<>());
    }

    /**
     * @param raw the path as sent, percent-encoding and all: {@code %2F} does not separate segments
     * @return null where nothing is served there
     */
    Match match(String raw) {
        Path exact = literal.get(raw);
        if (exact != null) {
            return new Match(exact, Map.of());
        }
        String[] segments = segments(raw);
        for (int i = 0; i < segments.length; i++) {
            segments[i] = PercentCoding.decodePath(segments[i]);
        }
        for (Path path : templates) {
            Map<String, String> parameters = parameters(path.segments, segments);
            if (parameters != null) {
                return new Match(path, parameters);
            }
        }
        if (raw.indexOf('%') >= 0) {
            for (Path path : literal.values()) {
                if (Arrays.equals(path.segments, segments)) {
                    return new Match(path, Map.of());
                }
            }
        }
        return null;
    }

    /**
     * Whether clients expect Prometheus' JSON envelope of every answer at this path.
     *
     * @param raw the path as sent, null where there is none
     */
    boolean isApi(String raw) {
        if (raw == null || API_PREFIXES.stream().noneMatch(raw::startsWith)) {
            return false;
        }
        Path path = literal.get(raw); // of the templates, none is written to
        return path == null || path.methods.values().stream().anyMatch(route -> route.access != Access.WRITE);
    }

    private static Map<String, String> parameters(String[] pattern, String[] path) {
        if (pattern.length != path.length) {
            return null;
        }
        Map<String, String> found = new HashMap<>();
        for (int i = 0; i < path.length; i++) {
            if (pattern[i].startsWith("{")) {
                if (path[i].isEmpty()) {
                    return null;
                }
                found.put(pattern[i].substring(1, pattern[i].length() - 1), path[i]);
            } else if (!pattern[i].equals(path[i])) {
                return null;
            }
        }
        return found;
    }

    private static String[] segments(String path) {
        return path.substring(1).split("/", -1);
    }

    /** All routes as {@code GET /ready}, sorted by path: what {@code /} lists. */
    public List<String> list() {
        List<Path> all = new ArrayList<>(literal.values());
        all.addAll(templates);
        all.sort(Comparator.comparing(Path::pattern));
        List<String> lines = new ArrayList<>();
        for (Path path : all) {
            lines.add(String.join(",", path.methods.keySet()) + " " + path.pattern);
        }
        return lines;
    }
}
