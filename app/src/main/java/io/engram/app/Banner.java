package io.engram.app;

import io.engram.server.ServerConfig;
import io.engram.server.config.Config;

/** What a first start says: where it listens, and what to put into prometheus.yml and Grafana. */
final class Banner {
    private Banner() {}

    /** The head of the page {@code /}, for whoever opens the address in a browser. */
    static String index() {
        return """
                Engram %s

                Prometheus   remote_write url: this address with /api/v1/push
                Grafana      data source of type Prometheus, URL: this address with /prometheus
                Tenant       the header X-Scope-OrgID

                What is served:""".formatted(BuildInfo.version());
    }

    static String text(Config config, int port) {
        ServerConfig server = config.get(ServerConfig.class);
        String host = server.bindAddress().isEmpty() || server.bindAddress().equals("0.0.0.0")
                ? "127.0.0.1"
                : server.bindAddress();
        String url = (server.tls() ? "https" : "http") + "://" + host + ":" + port;
        return """

                Engram listens on %1$s, data in %2$s

                  prometheus.yml      remote_write:
                                        - url: %1$s/api/v1/push
                  Grafana             data source of type Prometheus, URL %1$s/prometheus
                  look around         %1$s/

                Stop it with Ctrl-C.
                """.formatted(
                        url, config.get(DataConfig.class).dir().toAbsolutePath().normalize());
    }
}
