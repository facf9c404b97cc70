package io.engram.benchmarks.e2e;

import java.util.Locale;

/** What the command line can say: a name, its default, and what it means. */
enum Option {
    SCENARIO("start,ingest,packed,new,memory,query", "what to measure, see below"),
    PEERS("engram,prometheus,victoriametrics", "the servers to measure; also engram-cluster"),
    REPEAT("1", "how often everything is measured, by turns; the table shows medians"),
    SERIES("100000", "series of ingest, packed, new, churn, sync and versions"),
    ROUNDS("40", "measured rounds of one sample per series; as many warm up before"),
    WARM_UP_SAMPLES("60000000", "samples at least that warm up Engram's JVM before steady ingest is measured"),
    WARM_UP_SERIES("600000", "series at least that warm up Engram's JVM before new ones are measured"),
    SAMPLES_PER_SERIES("1", "samples of each series in a request, where the scenario does not say it"),
    SERIES_PER_REQUEST("1000", "series of a request; a tenth of it where each has several samples"),
    CONNECTIONS("4", "how many connections send"),
    RATE("0", "samples per second at most; 0 is as fast as the server answers"),
    PROTOCOL("1.0", "remote write 1.0, or 2.0: symbols, and metadata with every series"),
    MEMORY_SERIES("1000000", "series of memory"),
    CHURN_PERCENT_PER_MINUTE("10", "how many of the series of churn are replaced each minute"),
    MINUTES("10", "how long churn takes, on the clock on the wall"),
    QUERY_SERIES("50000", "series of the queries, 3 h of them every 15 s"),
    BLOCK_SERIES("20000", "series of blocks that are sent, 2 h of them every 15 s"),
    BUCKET_SERIES("1000000", "series of the day's block that blocks reads a metric from"),
    BUCKET_BLOCKS("1000", "blocks that blocks starts with"),
    RUNS("11", "runs of each query; half as many warm up before, and Engram's JVM for two seconds at least"),
    FOLDER("benchmarks/target/e2e", "where the servers keep their data; emptied before each"),
    ENGRAM_FLAG("", "a further flag for Engram, may be repeated");

    final String fallback;
    final String meaning;

    Option(String fallback, String meaning) {
        this.fallback = fallback;
        this.meaning = meaning;
    }

    /** As it is written: {@code --query-series}. */
    String flag() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
