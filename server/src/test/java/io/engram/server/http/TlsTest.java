package io.engram.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.engram.server.ServerConfig;
import io.engram.server.config.ConfigLoader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path folder;

    @BeforeAll
    static void makeCertificates() throws Exception {
        for (String who : List.of("server", "client", "stranger")) {
            Path store = folder.resolve(who + ".p12");
            run(
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
                    "changeit");
            KeyStore keys = load(who);
            Files.writeString(
                    folder.resolve(who + ".crt"),
                    pem("CERTIFICATE", keys.getCertificate(who).getEncoded()));
            PrivateKey key = (PrivateKey) keys.getKey(who, PASSWORD);
            Files.writeString(folder.resolve(who + ".key"), pem("PRIVATE KEY", key.getEncoded()));
        }
        Files.writeString(folder.resolve("password"), "changeit\n");
    }

    private static void run(String... args) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertEquals(0, process.waitFor());
    }

    private static String pem(String what, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }

    private static KeyStore load(String who) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve(who + ".p12"))) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    /** @param keys the client's own, or null */
    private static HttpClient client(HttpClient.Version version, KeyStore keys) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", load("server").getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return HttpClient.newBuilder().version(version).sslContext(context).build();
    }

    private static HttpResponse<String> get(HttpClient client, TestServer server)
            throws IOException, InterruptedException {
        URI uri = URI.create("https://127.0.0.1:" + server.port() + "/healthz");
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void servesHttp2AndHttp1FromPemFiles() throws Exception {
        try (TestServer server = new TestServer(
                        _ -> {},
                        "server.http-tls-cert-path",
                        folder.resolve("server.crt").toString(),
                        "server.http-tls-key-path",
                        folder.resolve("server.key").toString());
                HttpClient http2 = client(HttpClient.Version.HTTP_2, null);
                HttpClient http1 = client(HttpClient.Version.HTTP_1_1, null)) {
            assertEquals(HttpClient.Version.HTTP_2, get(http2, server).version());
            assertEquals("OK\n", get(http1, server).body());
        }
    }

    @Test
    void servesFromAPkcs12File() throws Exception {
        try (TestServer server = new TestServer(
                        _ -> {},
                        "server.http-tls-cert-path",
                        folder.resolve("server.p12").toString(),
                        "server.http-tls-password-path",
                        folder.resolve("password").toString());
                HttpClient client = client(HttpClient.Version.HTTP_1_1, null)) {
            assertEquals(200, get(client, server).statusCode());
        }
    }

    private static TestServer asking(String clientAuth) throws Exception {
        return new TestServer(
                _ -> {},
                "server.http-tls-cert-path",
                folder.resolve("server.crt").toString(),
                "server.http-tls-key-path",
                folder.resolve("server.key").toString(),
                "server.http-tls-client-ca-path",
                folder.resolve("client.crt").toString(),
                "server.http-tls-client-auth",
                clientAuth);
    }

    @Test
    void servesOnlyClientsWithACertificateWhereThatIsRequired() throws Exception {
        try (TestServer server = asking("require");
                HttpClient known = client(HttpClient.Version.HTTP_1_1, load("client"));
                HttpClient unknown = client(HttpClient.Version.HTTP_1_1, null);
                HttpClient stranger = client(HttpClient.Version.HTTP_1_1, load("stranger"))) {
            assertEquals(200, get(known, server).statusCode());
            assertThrows(IOException.class, () -> get(unknown, server));
            assertThrows(IOException.class, () -> get(stranger, server));
        }
    }

    @Test
    void servesClientsWithoutACertificateWhereOneIsOnlyRequested() throws Exception {
        try (TestServer server = asking("request");
                HttpClient known = client(HttpClient.Version.HTTP_1_1, load("client"));
                HttpClient unknown = client(HttpClient.Version.HTTP_1_1, null)) {
            assertEquals(200, get(known, server).statusCode());
            assertEquals(200, get(unknown, server).statusCode());
        }
    }

    @Test
    void listensToOthersOnlyWhereTheyMustSayWhoTheyAre() {
        assertEquals("127.0.0.1", config().listenAddress());
        assertEquals("0.0.0.0", config("server.auth-file", "users.yml").listenAddress());
        assertEquals(
                "127.0.0.1",
                config("server.auth-file", "users.yml", "server.bind-address", "127.0.0.1")
                        .listenAddress());
        String[] tls = {"server.http-tls-cert-path", "a", "server.http-tls-client-ca-path", "b"};
        assertEquals("127.0.0.1", config(tls).listenAddress());
        assertEquals(
                "0.0.0.0",
                config(tls[0], tls[1], tls[2], tls[3], "server.http-tls-client-auth", "require")
                        .listenAddress());
    }

    private static ServerConfig config(String... settings) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        return ConfigLoader.record(ServerConfig.class, values);
    }
}
