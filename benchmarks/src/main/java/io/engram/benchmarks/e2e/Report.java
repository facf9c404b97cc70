package io.engram.benchmarks.e2e;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects figures and prints their medians as a Markdown table, with Engram's ratio to each peer. */
final class Report {
    private final Map<String, EnumMap<Peer, List<Double>>> rows = new LinkedHashMap<>();
    private final Map<String, EnumMap<Peer, Long>> answers = new LinkedHashMap<>();

    void add(String what, Peer peer, double value) {
        rows.computeIfAbsent(what, _ -> new EnumMap<>(Peer.class))
                .computeIfAbsent(peer, _ -> new ArrayList<>())
                .add(value);
        System.err.printf(Locale.ROOT, "  %s: %s%n", what, number(value));
    }

    /** How long an answer was: peers whose answers differ much did not do the same work, and are named. */
    void addAnswer(String what, Peer peer, long bytes) {
        answers.computeIfAbsent(what, _ -> new EnumMap<>(Peer.class)).put(peer, bytes);
    }

    String table() {
        StringBuilder out = new StringBuilder("\n| what |");
        StringBuilder line = new StringBuilder("| --- |");
        for (Peer peer : Peer.values()) {
            out.append(' ').append(peer.shown()).append(" |");
            line.append(" ---: |");
        }
        for (Peer peer : others()) {
            out.append(" Engram / ").append(peer.shown()).append(" |");
            line.append(" ---: |");
        }
        out.append('\n').append(line).append('\n');
        rows.forEach((what, values) -> appendRow(what, values, out));
        ratios(out);
        answers.forEach((what, bytes) -> {
            long least = Collections.min(bytes.values());
            long most = Collections.max(bytes.values());
            if (most > 2 * least) {
                out.append("\nThe answers to ")
                        .append(what)
                        .append(" differ in size: ")
                        .append(bytes);
            }
        });
        return out.append('\n').toString();
    }

    private static List<Peer> others() {
        return List.of(Peer.PROMETHEUS, Peer.VICTORIAMETRICS);
    }

    private static void appendRow(String what, EnumMap<Peer, List<Double>> values, StringBuilder out) {
        out.append("| ").append(what.replace("|", "\\|"));
        for (Peer peer : Peer.values()) {
            out.append(" | ").append(values.containsKey(peer) ? number(median(values.get(peer))) : "–");
        }
        for (Peer peer : others()) {
            double theirs = values.containsKey(peer) ? median(values.get(peer)) : 0;
            boolean both = values.containsKey(Peer.ENGRAM) && theirs != 0;
            out.append(" | ").append(both ? number(median(values.get(Peer.ENGRAM)) / theirs) : "–");
        }
        out.append(" |\n");
    }

    /** Variants of Engram against each other: the first to the second. */
    private void ratios(StringBuilder out) {
        for (Scenario scenario : Scenario.values()) {
            if (scenario.variants.size() == 2) {
                String first = scenario.variants.get(0).name();
                String second = scenario.variants.get(1).name();
                for (String what : rows.keySet()) {
                    EnumMap<Peer, List<Double>> other = rows.get(what.replace(first, second));
                    if (what.contains(first) && other != null) {
                        double ratio = median(rows.get(what).get(Peer.ENGRAM)) / median(other.get(Peer.ENGRAM));
                        out.append("\n")
                                .append(what)
                                .append(", to that of ")
                                .append(second)
                                .append(": ");
                        out.append(number(ratio)).append(" ×");
                    }
                }
            }
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    private static String number(double value) {
        return Math.abs(value) >= 1000
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
    }
}
