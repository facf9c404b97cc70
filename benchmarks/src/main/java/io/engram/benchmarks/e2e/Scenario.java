package io.engram.benchmarks.e2e;

import java.util.List;

/** What can be measured: once per peer, or Engram alone in several variants that are set against each other. */
enum Scenario {
    START("first answer of an empty server", (_, _) -> {}),
    INGEST("samples per CPU second, steady; allocation, GC pauses, latency, memory beside it", Scenario::steady),
    PACKED("the same with 20 samples per series", (trial, variant) -> new SteadyIngest(trial, variant, 20).measure()),
    NEW("CPU of the first request of every series", (trial, _) -> new NewSeries(trial).measure()),
    MEMORY(
            "many series, 10 samples each: memory, bytes on disk, time to be ready after kill -9",
            (trial, _) -> new MemoryAndRestart(trial).measure()),
    CHURN("memory while series are replaced, in real time", (trial, _) -> new Churn(trial).measure()),
    KILL("a cluster alone: latencies while an ingester is killed -9", (trial, _) -> new Kill(trial).measure()),
    QUERY("the range and instant queries", (trial, variant) -> new QueryTimes(trial, variant).measure()),
    TWINS(
            "Engram alone: those queries over an HA pair against one replica",
            (trial, variant) -> new QueryTimes(trial, variant).measure(),
            new Variant("two twins", List.of(), null, List.of("__replica__", "a", "__replica__", "b")),
            new Variant("one replica", List.of(), null, List.of("__replica__", "a"))),
    BLOCKS(
            "2 h blocks: bytes per sample, queries from them and from the head; a bucket of many and large blocks",
            (trial, _) -> new Blocks(trial).measure()),
    SYNC(
            "Engram alone: ingest with wal-sync=commit against interval",
            Scenario::steady,
            new Variant("wal-sync=commit", List.of("--ingester.wal-sync=commit"), null, List.of()),
            new Variant("wal-sync=interval", List.of("--ingester.wal-sync=interval"), null, List.of())),
    REPLICA(
            "Engram alone: ingest of series with a replica label against without",
            Scenario::steady,
            new Variant("with a replica label", List.of(), null, List.of("__replica__", "prometheus-0")),
            new Variant("without", List.of(), null, List.of())),
    VERSIONS(
            "Engram alone: ingest by remote write 2.0 against 1.0",
            Scenario::steady,
            new Variant("remote write 2.0", List.of(), Protocol.V2, List.of()),
            new Variant("remote write 1.0", List.of(), Protocol.V1, List.of()));

    /**
     * One way to run a scenario.
     *
     * @param flags further ones for the server
     * @param protocol what is sent; null for what the options say
     * @param labels names and values by turns, of further labels of all series
     */
    record Variant(String name, List<String> flags, Protocol protocol, List<String> labels) {
        static final Variant PLAIN = new Variant("", List.of(), null, List.of());
    }

    /** Measures a server that was just started and is empty. */
    @FunctionalInterface
    interface Measurement {
        void measure(Trial trial, Variant variant) throws Exception;
    }

    private static void steady(Trial trial, Variant variant) throws Exception {
        new SteadyIngest(trial, variant, trial.arguments().number(Option.SAMPLES_PER_SERIES)).measure();
    }

    final String meaning;
    final Measurement measurement;
    /** Empty where each peer is measured as it is. */
    final List<Variant> variants;

    Scenario(String meaning, Measurement measurement, Variant... variants) {
        this.meaning = meaning;
        this.measurement = measurement;
        this.variants = List.of(variants);
    }
}
