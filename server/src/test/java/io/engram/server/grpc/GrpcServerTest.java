package io.engram.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import io.engram.proto.grpc.Connections;
import io.engram.proto.grpc.ConnectionsConfig;
import io.engram.proto.grpc.StoreGatewayClient;
import io.engram.proto.grpc.StoreGatewayService;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrpcServerTest {
    private static final SelectBlocks.Query QUERY =
            new SelectBlocks.Query(new Select.Query(new TenantId("a"), List.of(), 0, 1), List.of());

    /** Answers label names when it may. */
    private static final class Gateway implements SelectBlocks {
        volatile CountDownLatch gate = new CountDownLatch(0);
        final AtomicInteger asked = new AtomicInteger();

        @Override
        public Cursor select(Query query) {
            throw new IllegalStateException("a mistake");
        }

        @Override
        public Strings labelNames(Query query) {
            asked.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new Strings(Set.of(), List.of("name"));
        }

        @Override
        public Strings labelValues(String name, Query query) {
            return new Strings(Set.of(), List.of());
        }
    }

    private final Gateway gateway = new Gateway();
    private final Metrics metrics = new Metrics();

    private static Map<String, String> settings(String... more) {
        Map<String, String> values = new HashMap<>(Map.of("server.grpc-port", "0", "server.cluster-name", "one"));
        for (int i = 0; i < more.length; i += 2) {
            values.put(more[i], more[i + 1]);
        }
        return values;
    }

    private GrpcServer started(long shutdownMs, String... more) throws IOException {
        GrpcServer server = new GrpcServer(
                ConfigLoader.record(GrpcConfig.class, settings(more)),
                "127.0.0.1",
                shutdownMs,
                List.of(new StoreGatewayService(gateway)),
                metrics);
        server.start();
        return server;
    }

    private static Connections connections(String cluster, String... settings) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        return new Connections(ConfigLoader.record(ConnectionsConfig.class, values), cluster);
    }

    private static List<String> names(Connections connections, int port) {
        try (StoreGatewayClient client = connections.storeGateway("127.0.0.1:" + port)) {
            return client.labelNames(QUERY).values();
        }
    }

    private static ErrorId refused(Connections connections, int port) {
        return assertThrows(Failure.class, () -> names(connections, port)).id();
    }

    private double sample(String name, String value) {
        double[] sum = new double[1];
        metrics.forEachSample((sampleName, labels, sampleValue) -> {
            if (sampleName.equals(name) && Arrays.toString(labels).contains(value)) {
                sum[0] += sampleValue;
            }
        });
        return sum[0];
    }

    @Test
    void servesThoseOfItsClusterOnly() throws Exception {
        GrpcServer server = started(1_000);
        try (Connections own = connections("one");
                Connections other = connections("two")) {
            assertEquals(List.of("name"), names(own, server.port()));
            assertEquals(ErrorId.CLUSTER_MISMATCH, refused(other, server.port()));
            assertEquals(1, gateway.asked.get());
        } finally {
            server.stop();
        }
    }

    @Test
    void compressesAnswersWhereToldTo() throws Exception {
        GrpcServer server = started(1_000, "server.grpc-compression", "gzip");
        try (Connections own = connections("one", "grpc-client.compression", "gzip")) {
            assertEquals(List.of("name"), names(own, server.port()));
        } finally {
            server.stop();
        }
    }

    @Test
    void refusesCallsBeyondItsBound() throws Exception {
        gateway.gate = new CountDownLatch(1);
        GrpcServer server = started(10_000, "server.grpc-max-inflight-requests", "1");
        try (Connections own = connections("one");
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<List<String>> first = thread.submit(() -> names(own, server.port()));
            while (gateway.asked.get() == 0) {
                Thread.onSpinWait();
            }
            assertEquals(ErrorId.SERVER_BUSY, refused(own, server.port()));
            gateway.gate.countDown();
            assertEquals(List.of("name"), first.get());
            assertEquals(List.of("name"), names(own, server.port()));
        } finally {
            server.stop();
        }
    }

    @Test
    void finishesWhatIsInFlightWhenItStops() throws Exception {
        gateway.gate = new CountDownLatch(1);
        GrpcServer server = started(60_000);
        try (Connections own = connections("one");
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<List<String>> inFlight = threads.submit(() -> names(own, server.port()));
            while (gateway.asked.get() == 0) {
                Thread.onSpinWait();
            }
            Future<?> stopping = threads.submit(() -> {
                server.stop();
                return null;
            });
            // New connections are refused from some moment on; calls meanwhile are served.
            try (Connections late = connections("one", "grpc-client.read-timeout", "200ms")) {
                while (true) {
                    if (refused(late, server.port()) == ErrorId.PEER_UNAVAILABLE) {
                        break;
                    }
                }
            }
            gateway.gate.countDown();
            assertEquals(List.of("name"), inFlight.get());
            stopping.get();
        }
    }

    @Test
    void cutsOffWhatDoesNotFinish() throws Exception {
        gateway.gate = new CountDownLatch(1);
        GrpcServer server = started(50);
        try (Connections own = connections("one");
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<List<String>> inFlight = thread.submit(() -> names(own, server.port()));
            while (gateway.asked.get() == 0) {
                Thread.onSpinWait();
            }
            server.stop();
            Failure failure = (Failure)
                    assertThrows(ExecutionException.class, inFlight::get).getCause();
            assertEquals(ErrorId.PEER_UNAVAILABLE, failure.id());
            gateway.gate.countDown();
        }
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        GrpcServer server = started(1_000);
        try {
            IOException taken = assertThrows(
                    IOException.class, () -> started(1_000, "server.grpc-port", Integer.toString(server.port())));
            assertTrue(taken.getMessage().contains("server.grpc-port"), taken.getMessage());
        } finally {
            server.stop();
        }
    }

    @Test
    void countsCallsByStatus() throws Exception {
        GrpcServer server = started(1_000);
        try (Connections own = connections("one");
                StoreGatewayClient client = own.storeGateway("127.0.0.1:" + server.port())) {
            client.labelNames(QUERY);
            client.labelNames(QUERY);
            assertEquals(
                    ErrorId.INTERNAL,
                    assertThrows(Failure.class, () -> client.select(QUERY)).id());
        } finally {
            server.stop();
        }
        assertEquals(2, sample("engram_grpc_requests_total", "OK"));
        assertEquals(1, sample("engram_grpc_requests_total", "INTERNAL"));
        assertEquals(3, sample("engram_grpc_request_duration_seconds_count", "StoreGateway"));
        assertEquals(0, sample("engram_grpc_inflight_requests", ""));
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        assertThrows(
                Exception.class,
                () -> ConfigLoader.record(GrpcConfig.class, settings("server.grpc-tls-client-ca-path", "x")));
        assertThrows(
                Exception.class, () -> ConfigLoader.record(GrpcConfig.class, settings("server.cluster-name", "a b")));
        assertThrows(
                Exception.class,
                () -> ConfigLoader.record(GrpcConfig.class, settings("server.grpc-tls-cert-path", "x")));
    }

    @Test
    void servesOnlyThoseWhoShowACertificateWhereThatIsAsked(@TempDir Path folder) throws Exception {
        for (String who : List.of("server", "client", "stranger")) {
            makeCertificate(folder, who);
        }
        GrpcServer server = started(
                1_000,
                "server.grpc-tls-cert-path",
                folder.resolve("server.crt").toString(),
                "server.grpc-tls-key-path",
                folder.resolve("server.key").toString(),
                "server.grpc-tls-client-ca-path",
                folder.resolve("client.crt").toString());
        String[] trusting = {
            "grpc-client.tls",
            "true",
            "grpc-client.tls-ca-path",
            folder.resolve("server.crt").toString()
        };
        try (Connections known = connections("one", with(trusting, folder, "client"));
                Connections stranger = connections("one", with(trusting, folder, "stranger"));
                Connections unnamed = connections("one", trusting);
                Connections plain = connections("one");
                Connections distrusting = connections(
                        "one",
                        "grpc-client.tls",
                        "true",
                        "grpc-client.tls-ca-path",
                        folder.resolve("stranger.crt").toString())) {
            assertEquals(List.of("name"), names(known, server.port()));
            assertEquals(ErrorId.PEER_UNAVAILABLE, refused(stranger, server.port()));
            assertEquals(ErrorId.PEER_UNAVAILABLE, refused(unnamed, server.port()));
            assertEquals(ErrorId.PEER_UNAVAILABLE, refused(plain, server.port()));
            assertEquals(ErrorId.PEER_UNAVAILABLE, refused(distrusting, server.port()));
            assertEquals(1, gateway.asked.get());
        } finally {
            server.stop();
        }
    }

    private static String[] with(String[] settings, Path folder, String who) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(List.of(
                "grpc-client.tls-cert-path", folder.resolve(who + ".crt").toString()));
        all.addAll(
                List.of("grpc-client.tls-key-path", folder.resolve(who + ".key").toString()));
        return all.toArray(String[]::new);
    }

    private static void makeCertificate(Path folder, String who) throws Exception {
        Path store = folder.resolve(who + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        who,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + who,
                        "-validity",
                        "2",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertEquals(0, keytool.waitFor());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        Files.writeString(
                folder.resolve(who + ".crt"),
                pem("CERTIFICATE", keys.getCertificate(who).getEncoded()));
        Files.writeString(
                folder.resolve(who + ".key"),
                pem("PRIVATE KEY", keys.getKey(who, "changeit".toCharArray()).getEncoded()));
    }

    private static String pem(String what, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }
}
