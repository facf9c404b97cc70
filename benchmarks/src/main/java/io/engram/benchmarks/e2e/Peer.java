package io.engram.benchmarks.e2e;

import java.nio.file.Path;
import java.util.List;

/** The servers that are measured beside each other, each as its users start it. */
enum Peer {
    ENGRAM("/api/v1/push", "/prometheus", "/ready") {
        @Override
        List<String> command(int port, Path folder) {
            return List.of(
                    Path.of("engram").toAbsolutePath().toString(),
                    "--server.http-port=" + port,
                    "--data.dir=" + folder,
                    "--self-monitoring.enabled=false");
        }
    },
    PROMETHEUS("/api/v1/write", "", "/-/ready") {
        @Override
        List<String> command(int port, Path folder) {
            return List.of(
                    "prometheus",
                    "--web.enable-remote-write-receiver",
                    "--web.listen-address=127.0.0.1:" + port,
                    "--storage.tsdb.path=" + folder,
                    "--config.file=" + folder.resolveSibling("empty.yml"),
                    "--query.max-samples=500000000",
                    "--log.level=warn");
        }
    },
    VICTORIAMETRICS("/api/v1/write", "", "/health") {
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

    private final String pushPath;
    private final String queryPrefix;
    private final String readyPath;

    Peer(String pushPath, String queryPrefix, String readyPath) {
        this.pushPath = pushPath;
        this.queryPrefix = queryPrefix;
        this.readyPath = readyPath;
    }

    abstract List<String> command(int port, Path folder);

    String pushPath() {
        return pushPath;
    }

    String queryPrefix() {
        return queryPrefix;
    }

    String readyPath() {
        return readyPath;
    }
}
