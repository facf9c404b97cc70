package io.engram.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** Two Prometheus servers that scrape one target each second and write into one Engram, and are killed at random. */
final class HaPair implements AutoCloseable {
    static final List<String> REPLICAS = List.of("a", "b");
    static final long INTERVAL_MS = 1000;

    private static final String SCRAPE = """
            scrape_configs:
              - {job_name: work, static_configs: [{targets: ['%s'], labels: {instance: target}}]}
            """;

    private final ServerProcess[] servers = new ServerProcess[REPLICAS.size()];

    HaPair(String program, Path folder, ServerProcess engram, ScrapeTarget target) throws IOException {
        for (int i = 0; i < servers.length; i++) {
            String replica = REPLICAS.get(i);
            // The phase of a scrape comes out of the external labels: it is another one for each of the pair.
            servers[i] = prometheus(
                    program,
                    "replica-" + replica,
                    folder,
                    """
                    global:
                      scrape_interval: 1s
                      external_labels: {cluster: pair, __replica__: %s}
                    remote_write:
                      - url: %s
                        queue_config: {batch_send_deadline: 200ms, min_backoff: 50ms, max_backoff: 200ms}
                    """.formatted(replica, engram.url("/api/v1/push")) + SCRAPE.formatted(target.address()));
        }
    }

    /** One that nobody disturbs and that writes nowhere. */
    static ServerProcess witness(String program, Path folder, ScrapeTarget target) throws IOException {
        return prometheus(
                program, "witness", folder, "global: {scrape_interval: 1s}\n" + SCRAPE.formatted(target.address()));
    }

    private static ServerProcess prometheus(String program, String name, Path folder, String config)
            throws IOException {
        Path file = folder.resolve(name + ".yml");
        Files.writeString(file, config);
        return ServerProcess.prometheus(program, name, folder, ServerProcess.freePort(), file);
    }

    void start() throws IOException {
        for (ServerProcess server : servers) {
            server.start();
        }
        for (ServerProcess server : servers) {
            ServerProcess.await("a replica", () -> Http.statusOf(server.url("/-/ready")) == 200);
        }
    }

    /**
     * Lets them run until {@code endMs}; each is killed after 10 to 20 s and started again 1 to 4 s later, whatever the other
     * does. One that is started again scrapes at once, but writes only what it scrapes from some 5 s later on. The target's counters are reset half way. Then both run. Returns when the counters were reset.
     */
    long disturb(SplittableRandom random, long endMs, ScrapeTarget target) throws IOException {
        long nowMs = System.currentTimeMillis();
        long resetAtMs = nowMs + (endMs - nowMs) / 2;
        long resetMs = 0;
        long[] nextMs = {nowMs + random.nextLong(3_000, 20_000), nowMs + random.nextLong(3_000, 20_000)};
        boolean[] up = {true, true};
        while (nowMs < endMs) {
            for (int i = 0; i < servers.length; i++) {
                if (nowMs >= nextMs[i]) {
                    if (up[i]) {
                        servers[i].kill();
                    } else {
                        servers[i].start();
                    }
                    up[i] = !up[i];
                    nextMs[i] = nowMs + (up[i] ? random.nextLong(10_000, 20_000) : random.nextLong(1_000, 4_000));
                }
            }
            if (resetMs == 0 && nowMs >= resetAtMs) {
                resetMs = target.reset();
            }
            LockSupport.parkNanos(10_000_000);
            nowMs = System.currentTimeMillis();
        }
        for (int i = 0; i < servers.length; i++) {
            if (!up[i]) {
                servers[i].start();
            }
        }
        return resetMs;
    }

    @Override
    public void close() {
        for (ServerProcess server : servers) {
            if (server != null) {
                server.close();
            }
        }
    }
}
