package io.engram.server.http;

import io.engram.server.ServerConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Reads certificates and keys from PEM or PKCS12 files. */
final class Tls {
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = {};

    private Tls() {}

    static SslContextFactory.Server contextFactory(ServerConfig config) {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        try {
            char[] password = password(config.httpTlsPasswordPath());
            tls.setKeyStore(keyStore(config, password));
            tls.setKeyStorePassword(new String(password));
            if (config.httpTlsClientAuth() != ServerConfig.ClientAuth.NONE) {
                tls.setTrustStore(trustStore(Path.of(config.httpTlsClientCaPath())));
                tls.setNeedClientAuth(config.httpTlsClientAuth() == ServerConfig.ClientAuth.REQUIRE);
                tls.setWantClientAuth(config.httpTlsClientAuth() == ServerConfig.ClientAuth.REQUEST);
            }
        } catch (IOException e) {
            String what = e instanceof NoSuchFileException ? e.getMessage() + " does not exist" : e.toString();
            throw new UncheckedIOException("cannot read a TLS file (server.http-tls-…): " + what, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("cannot use a TLS file (server.http-tls-…): " + e.getMessage(), e);
        }
        return tls;
    }

    private static char[] password(String path) throws IOException {
        return path.isEmpty()
                ? NO_PASSWORD
                : Files.readString(Path.of(path)).strip().toCharArray();
    }

    private static KeyStore keyStore(ServerConfig config, char[] password)
            throws IOException, GeneralSecurityException {
        Path file = Path.of(config.httpTlsCertPath());
        String name = file.toString().toLowerCase(Locale.ROOT);
        KeyStore store = KeyStore.getInstance("PKCS12");
        if (name.endsWith(".p12") || name.endsWith(".pfx")) {
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, password);
            }
            return store;
        }
        Path keyFile = config.httpTlsKeyPath().isEmpty() ? file : Path.of(config.httpTlsKeyPath());
        store.load(null, null);
        Certificate[] chain = certificates(file).toArray(new Certificate[0]);
        if (chain.length == 0) {
            throw new IllegalArgumentException(file + " holds no certificate (server.http-tls-cert-path)");
        }
        store.setKeyEntry("engram", privateKey(keyFile), password, chain);
        return store;
    }

    private static KeyStore trustStore(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int index = 0;
        for (Certificate certificate : certificates(file)) {
            store.setCertificateEntry("ca-" + index++, certificate);
        }
        if (index == 0) {
            throw new IllegalArgumentException(file + " holds no certificate (server.http-tls-client-ca-path)");
        }
        return store;
    }

    /** The certificates of a PEM file, which may hold a key beside them. */
    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        String pem = PRIVATE_KEY.matcher(Files.readString(file)).replaceAll("");
        try (InputStream in = new ByteArrayInputStream(pem.strip().getBytes(StandardCharsets.US_ASCII))) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        Matcher pem = PRIVATE_KEY.matcher(Files.readString(file));
        if (!pem.find()) {
            throw new IllegalArgumentException(
                    file + " holds no unencrypted PKCS#8 key, BEGIN PRIVATE KEY (server.http-tls-key-path);"
                            + " openssl pkcs8 -topk8 -nodes makes one");
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException _) {
                // a key of another algorithm
            }
        }
        throw new IllegalArgumentException(file + " holds a key that is neither RSA, EC nor Ed25519");
    }
}
