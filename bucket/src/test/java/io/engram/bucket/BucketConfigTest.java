package io.engram.bucket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.BucketConfig.Backend;
import io.engram.bucket.BucketConfig.Checksums;
import io.engram.bucket.BucketConfig.Encryption;
import io.engram.bucket.testing.BucketConfigs;
import io.engram.model.config.Setting;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BucketConfigTest {
    @Test
    void eachMistakeIsOneLineThatBeginsWithItsKey() {
        assertRefused("bucket.s3.bucket must be set where bucket.backend is s3", "s3Bucket", "");
        assertRefused("bucket.s3.region must be set where bucket.backend is s3", "s3Region", "");
        assertRefused(
                "bucket.s3.endpoint must be a URL such as https://s3.example.com:9000", "s3Endpoint", "localhost:9000");
        assertRefused("bucket.s3.proxy-url must be a URL such as https://s3.example.com:9000", "s3ProxyUrl", "ftp://x");
        assertRefused(
                "bucket.s3.secret-access-key and bucket.s3.secret-access-key-path exclude each other",
                "s3SecretAccessKeyPath",
                "/secret");
        assertRefused(
                "bucket.s3.access-key-id needs a bucket.s3.secret-access-key or bucket.s3.secret-access-key-path, and they it",
                "s3AccessKeyId",
                "");
        assertRefused("bucket.s3.sse-kms-key-id needs bucket.s3.sse to be sse-kms", "s3SseKmsKeyId", "key");
        assertRefused("bucket.s3.part-size must be from 5MiB to 1GiB", "s3PartSizeBytes", 1L << 20);
        assertRefused("bucket.s3.max-connections must be above 0", "s3MaxConnections", 0);
        assertRefused("bucket.s3.connect-timeout must be above 0", "s3ConnectTimeout", Duration.ZERO);
        assertRefused("bucket.s3.request-timeout must be above 0", "s3RequestTimeout", Duration.ZERO);
        assertRefused("bucket.s3.max-attempts must be above 0", "s3MaxAttempts", 0);
        assertRefused("bucket.s3.retry-delay must be above 0", "s3RetryDelay", Duration.ZERO);
        assertRefused("bucket.index-max-age must be at least 0", "indexMaxAge", Duration.ofSeconds(-1));
    }

    /** With one component changed in what is otherwise good. */
    private static void assertRefused(String message, String component, Object value) {
        BucketConfig good = BucketConfigs.s3("http://127.0.0.1:9000", "blocks", "key", "secret");
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> with(good, component, value), message);
        assertEquals(message, refused.getMessage());
    }

    private static void with(BucketConfig config, String component, Object value) {
        RecordComponent[] components = BucketConfig.class.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = components[i].getName().equals(component)
                        ? value
                        : components[i].getAccessor().invoke(config);
            }
            BucketConfig.class.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            throw (RuntimeException) e.getCause();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theSecretIsMarkedAndNotPrinted() {
        List<String> secrets = Arrays.stream(BucketConfig.class.getRecordComponents())
                .filter(component -> component.getAnnotation(Setting.class).secret())
                .map(RecordComponent::getName)
                .toList();

        assertEquals(List.of("s3SecretAccessKey"), secrets);
        assertFalse(
                BucketConfigs.s3("http://x", "b", "key", "hidden").toString().contains("hidden"));
    }

    @Test
    void theFolderNeedsNothing() {
        BucketConfig config = new BucketConfig(
                Backend.FILESYSTEM,
                "",
                Duration.ofHours(1),
                "",
                "",
                "us-east-1",
                "",
                "",
                "",
                false,
                Encryption.NONE,
                "",
                Checksums.WHEN_SUPPORTED,
                16 << 20,
                200,
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                5,
                Duration.ofMillis(100),
                "",
                "");
        assertTrue(config.s3Bucket().isEmpty());
    }
}
