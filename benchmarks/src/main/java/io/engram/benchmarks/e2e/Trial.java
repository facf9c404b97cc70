package io.engram.benchmarks.e2e;

/** One server that is measured: what the command line asks, the server, and where the figures go. */
record Trial(Arguments arguments, ServerProcess server, Report report) {
    /** The distance of the samples of a series. */
    static final long INTERVAL_MS = 15_000;

    void add(String what, double value) {
        report.add(what, server.peer(), value);
    }

    /** How requests are cut; the first sample of each series lies at {@code firstTimeMs}. */
    Sender.Shape shape(int samplesPerSeries, long firstTimeMs) {
        int seriesPerRequest = arguments.number(Option.SERIES_PER_REQUEST);
        return new Sender.Shape(
                arguments.number(Option.CONNECTIONS),
                Math.max(1, samplesPerSeries > 1 ? seriesPerRequest / 10 : seriesPerRequest),
                samplesPerSeries,
                firstTimeMs,
                INTERVAL_MS,
                Protocol.of(arguments.text(Option.PROTOCOL)));
    }
}
