package io.engram.benchmarks.e2e;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Collects figures and prints them as a Markdown table with the peers' ratios to Engram. */
final class Report {
    private final Map<String, EnumMap<Peer, Double>> rows = new LinkedHashMap<>();

    void add(String what, Peer peer, double value) {
        rows.computeIfAbsent(what, _ -> new EnumMap<>(Peer.class)).put(peer, value);
        System.err.printf(Locale.ROOT, "  %s: %s%n", what, number(value));
    }

    String table() {
        StringBuilder out = new StringBuilder(
                        "\n| what | Engram | Prometheus | VictoriaMetrics | Engram / Prometheus |\n")
                .append("| --- | ---: | ---: | ---: | ---: |\n");
        rows.forEach((what, values) -> {
            out.append("| ").append(what.replace("|", "\\|"));
            for (Peer peer : Peer.values()) {
                out.append(" | ").append(values.containsKey(peer) ? number(values.get(peer)) : "–");
            }
            Double ours = values.get(Peer.ENGRAM);
            Double theirs = values.get(Peer.PROMETHEUS);
            out.append(" | ")
                    .append(ours == null || theirs == null ? "–" : String.format(Locale.ROOT, "%.2f", ours / theirs))
                    .append(" |\n");
        });
        return out.toString();
    }

    private static String number(double value) {
        return Math.abs(value) >= 1000
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
    }
}
