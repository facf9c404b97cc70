package io.engram.benchmarks.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What to measure, from the command line. */
record Arguments(
        List<Scenario> scenarios,
        List<Peer> peers,
        int series,
        int rounds,
        int connections,
        int seriesPerRequest,
        int querySeries,
        int runs,
        Path folder,
        List<String> engramFlags) {

    enum Scenario {
        START,
        INGEST,
        PACKED,
        CHURN,
        MEMORY,
        QUERY
    }

    static final String HELP = """
            benchmarks/e2e/run [--scenario=start,ingest,packed,churn,memory,query] [--peers=engram,prometheus,victoriametrics]
              --series=100000          series of ingest, packed and churn
              --rounds=40              measured rounds of one sample per series; as many warm up before
              --connections=4          how many connections send
              --series-per-request=1000
              --query-series=50000     series of the queries, 3 h of them every 15 s
              --runs=11                runs of each query
              --folder=DIR             where the servers keep their data; emptied before each
              --engram-flag=FLAG       a further flag for Engram, may be repeated
            start:  first answer of an empty server
            ingest: one sample per series per request, steady
            packed: 20 samples per series per request
            churn:  each round's series are new
            memory: 1 M series, 10 samples each: memory, bytes on disk, time to be ready after kill -9
            query:  the range and instant queries
            """;

    static Arguments parse(String[] args) {
        List<Scenario> scenarios = new ArrayList<>(List.of(Scenario.values()));
        List<Peer> peers = new ArrayList<>(List.of(Peer.values()));
        int series = 100_000;
        int rounds = 40;
        int connections = 4;
        int seriesPerRequest = 1000;
        int querySeries = 50_000;
        int runs = 11;
        Path folder = Path.of("benchmarks/target/e2e");
        List<String> engramFlags = new ArrayList<>();
        for (String arg : args) {
            String value = arg.substring(arg.indexOf('=') + 1);
            switch (arg.split("=", 2)[0]) {
                case "--scenario" -> scenarios = list(value, Scenario.class);
                case "--peers" -> peers = list(value, Peer.class);
                case "--series" -> series = Integer.parseInt(value);
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--connections" -> connections = Integer.parseInt(value);
                case "--series-per-request" -> seriesPerRequest = Integer.parseInt(value);
                case "--query-series" -> querySeries = Integer.parseInt(value);
                case "--runs" -> runs = Integer.parseInt(value);
                case "--folder" -> folder = Path.of(value);
                case "--engram-flag" -> engramFlags.add(value);
                default -> {
                    System.out.print(HELP);
                    System.exit(arg.equals("--help") ? 0 : 2);
                }
            }
        }
        return new Arguments(
                scenarios,
                peers,
                series,
                rounds,
                connections,
                seriesPerRequest,
                querySeries,
                runs,
                folder,
                engramFlags);
    }

    private static <E extends Enum<E>> List<E> list(String names, Class<E> type) {
        return Arrays.stream(names.split(","))
                .map(name -> Enum.valueOf(type, name.trim().toUpperCase(Locale.ROOT)))
                .toList();
    }
}
