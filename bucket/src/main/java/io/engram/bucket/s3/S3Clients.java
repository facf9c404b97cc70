package io.engram.bucket.s3;

import io.engram.bucket.BucketConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.TrustManager;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Sets up the SDK's client as the configuration says. */
final class S3Clients {
    private static final Duration MAX_RETRY_DELAY = Duration.ofSeconds(20);

    private S3Clients() {}

    /** @throws IOException where a file that the configuration names cannot be read */
    static S3Client create(BucketConfig config) throws IOException {
        S3ClientBuilder client = S3Client.builder()
                .httpClientBuilder(http(config))
                .region(Region.of(config.s3Region()))
                .forcePathStyle(config.s3PathStyle())
                .credentialsProvider(credentials(config))
                .overrideConfiguration(ClientOverrideConfiguration.builder()
                        .apiCallAttemptTimeout(config.s3RequestTimeout())
                        .retryStrategy(retries(config))
                        .build());
        switch (config.s3Checksums()) {
            case WHEN_SUPPORTED ->
                client.requestChecksumCalculation(RequestChecksumCalculation.WHEN_SUPPORTED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_SUPPORTED);
            case WHEN_REQUIRED ->
                client.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        }
        if (!config.s3Endpoint().isEmpty()) {
            client.endpointOverride(URI.create(config.s3Endpoint()));
        }
        return client.build();
    }

    private static Apache5HttpClient.Builder http(BucketConfig config) throws IOException {
        Apache5HttpClient.Builder http = Apache5HttpClient.builder()
                .maxConnections(config.s3MaxConnections())
                .connectionTimeout(config.s3ConnectTimeout())
                .socketTimeout(config.s3RequestTimeout())
                .connectionAcquisitionTimeout(config.s3RequestTimeout());
        if (!config.s3ProxyUrl().isEmpty()) {
            http.proxyConfiguration(proxy(URI.create(config.s3ProxyUrl())));
        }
        if (!config.s3TlsCaPath().isEmpty()) {
            TrustManager[] trusted = Authorities.trustedIn(Path.of(config.s3TlsCaPath()));
            http.tlsTrustManagersProvider(() -> trusted);
        }
        return http;
    }

    private static ProxyConfiguration proxy(URI url) {
        ProxyConfiguration.Builder proxy = ProxyConfiguration.builder()
                .endpoint(URI.create(url.getScheme() + "://" + url.getHost() + ":" + port(url)));
        if (url.getUserInfo() != null) {
            String[] user = url.getUserInfo().split(":", 2);
            proxy.username(user[0]).password(user.length > 1 ? user[1] : "");
        }
        return proxy.build();
    }

    private static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
    }

    private static AwsCredentialsProvider credentials(BucketConfig config) throws IOException {
        if (config.s3AccessKeyId().isEmpty()) {
            return DefaultCredentialsProvider.builder().build();
        }
        String secret = config.s3SecretAccessKeyPath().isEmpty()
                ? config.s3SecretAccessKey()
                : firstLine("bucket.s3.secret-access-key-path", Path.of(config.s3SecretAccessKeyPath()));
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(config.s3AccessKeyId(), secret));
    }

    private static String firstLine(String key, Path file) throws IOException {
        String line = Files.readString(file).lines().findFirst().orElse("").strip();
        if (line.isEmpty()) {
            throw new IOException(key + ": the first line of " + file + " is empty");
        }
        return line;
    }

    /** The SDK's, which also lets go where most requests fail, with our delays. */
    private static RetryStrategy retries(BucketConfig config) {
        BackoffStrategy delay = BackoffStrategy.exponentialDelay(config.s3RetryDelay(), longest(config));
        return StandardRetryStrategy.builder()
                .maxAttempts(config.s3MaxAttempts())
                .backoffStrategy(delay)
                .throttlingBackoffStrategy(delay)
                .retryOnException(ServerFaults::worthAnotherTry)
                .build();
    }

    private static Duration longest(BucketConfig config) {
        return config.s3RetryDelay().compareTo(MAX_RETRY_DELAY) > 0 ? config.s3RetryDelay() : MAX_RETRY_DELAY;
    }
}
