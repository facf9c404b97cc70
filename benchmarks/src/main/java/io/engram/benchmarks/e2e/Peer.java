package io.engram.benchmarks.e2e;

import java.nio.file.Path;
import java.util.List;

/** The servers that are measured beside each other, each as its users start it. */
enum Peer {
    ENGRAM("Engram", "/api/v1/push", "/prometheus", "/ready", "jvm_allocated_bytes_total") {
        @Override
        List<String> command(int port, Path folder) {
            return List.of(
                    Path.of("engram").toAbsolutePath().toString(),
                    "--server.http-port=" + port,
                    "--data.dir=" + folder,
                    "--self-monitoring.enabled=false",
                    "--limits.retention=0"); // some scenarios have blocks of years
        }
    },
    /** Every component a process of its own, three copies of each sample. */
    ENGRAM_CLUSTER("Engram cluster", "/api/v1/push", "/prometheus", "/ready", "jvm_allocated_bytes_total") {
        @Override
        List<String> command(int port, Path folder) {
            return List.of(
                    CLUSTER_SCRIPT,
                    "up",
                    "--dir",
                    folder.toAbsolutePath().toString(),
                    "--base-port",
                    Integer.toString(CLUSTER_BASE_PORT),
                    "--",
                    "--limits.retention=0");
        }
    },
    PROMETHEUS("Prometheus", "/api/v1/write", "", "/-/ready", "go_memstats_alloc_bytes_total") {
        @Override
        List<String> command(int port, Path folder) {
            return List.of(
                    "prometheus",
                    "--web.enable-remote-write-receiver",
                    "--web.enable-admin-api",
                    "--web.listen-address=127.0.0.1:" + port,
                    "--storage.tsdb.path=" + folder,
                    "--config.file=" + folder.resolveSibling("empty.yml"),
                    "--query.max-samples=500000000",
                    "--log.level=warn");
        }
    },
    VICTORIAMETRICS("VictoriaMetrics", "/api/v1/write", "", "/health", "go_memstats_alloc_bytes_total") {
        @Override
        List<String> command(int port, Path folder) {
            return List.of(
                    "victoria-metrics",
                    "-httpListenAddr=127.0.0.1:" + port,
                    "-storageDataPath=" + folder,
                    "-search.maxUniqueTimeseries=2000000",
                    "-search.disableCache",
                    "-loggerLevel=WARN");
        }
    };

    static final String CLUSTER_SCRIPT =
            Path.of("deploy", "local", "cluster").toAbsolutePath().toString();
    /** It takes some dozens from here on. */
    private static final int CLUSTER_BASE_PORT = 23_400;

    private final String shown;
    private final String pushPath;
    private final String queryPrefix;
    private final String readyPath;
    private final String allocatedMetric;

    Peer(String shown, String pushPath, String queryPrefix, String readyPath, String allocatedMetric) {
        this.shown = shown;
        this.pushPath = pushPath;
        this.queryPrefix = queryPrefix;
        this.readyPath = readyPath;
        this.allocatedMetric = allocatedMetric;
    }

    /** Whether code is compiled while it runs, and slow until then. */
    boolean onJvm() {
        return this == ENGRAM || this == ENGRAM_CLUSTER;
    }

    abstract List<String> command(int port, Path folder);

    /** Its name in tables. */
    String shown() {
        return shown;
    }

    String pushPath() {
        return pushPath;
    }

    String queryPrefix() {
        return queryPrefix;
    }

    String readyPath() {
        return readyPath;
    }

    /** The metric that counts the bytes which were allocated on its heap. */
    String allocatedMetric() {
        return allocatedMetric;
    }
}
