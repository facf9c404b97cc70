package io.engram.bucket.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.BucketConfig;
import io.engram.bucket.BucketConfig.Backend;
import io.engram.bucket.BucketConfig.Checksums;
import io.engram.bucket.BucketConfig.Encryption;
import io.engram.bucket.testing.S3Fake;
import io.engram.bucket.testing.S3Fault;
import io.engram.bucket.testing.S3Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3ClientsTest {
    @TempDir
    Path scratch;

    private final S3Fake fake = S3Fake.start();

    @AfterEach
    void close() {
        fake.close();
    }

    @Test
    void theSecretMayComeFromAFile() throws IOException {
        Path secret = Files.writeString(scratch.resolve("secret"), "hidden\nsecond line\n");
        try (S3Bucket bucket = S3Bucket.open(config(secret.toString(), "", Encryption.NONE, Duration.ofSeconds(30)))) {
            bucket.put("k", new byte[1]);
        }
        assertEquals(1, fake.objects().size());

        Files.writeString(secret, "\n");
        IOException empty = assertThrows(
                IOException.class,
                () -> S3Bucket.open(config(secret.toString(), "", Encryption.NONE, Duration.ofSeconds(30))));
        assertEquals("bucket.s3.secret-access-key-path: the first line of " + secret + " is empty", empty.getMessage());
        assertThrows(
                NoSuchFileException.class,
                () -> S3Bucket.open(config(scratch + "/missing", "", Encryption.NONE, Duration.ofSeconds(30))));
    }

    @Test
    void aFileOfAuthoritiesWithoutAnyIsRefused() throws IOException {
        Path secret = Files.writeString(scratch.resolve("secret"), "hidden");
        Path pem = Files.writeString(scratch.resolve("ca.pem"), "");

        IOException refused = assertThrows(
                IOException.class,
                () -> S3Bucket.open(
                        config(secret.toString(), pem.toString(), Encryption.NONE, Duration.ofSeconds(30))));

        assertTrue(refused.getMessage().startsWith("bucket.s3.tls-ca-path: "), refused.getMessage());
    }

    @Test
    void asksForEncryptionOfEveryKindOfWrite() throws IOException {
        Path secret = Files.writeString(scratch.resolve("secret"), "hidden");
        Path big = Files.write(scratch.resolve("big"), new byte[6 << 20]);
        List<String> asked = new ArrayList<>();
        fake.faults().next(1, S3Fault.RESET, request -> {
            asked.add(request.operation() + " " + request.headers().get("x-amz-server-side-encryption"));
            return false;
        });
        try (S3Bucket bucket =
                S3Bucket.open(config(secret.toString(), "", Encryption.SSE_S3, Duration.ofSeconds(30)))) {
            bucket.put("k", new byte[1]);
            bucket.upload("big", big);
        }
        assertTrue(asked.containsAll(List.of("PUT AES256", "CREATE_UPLOAD AES256")), asked::toString);
    }

    @Test
    void aServerThatDoesNotAnswerIsAskedAgain() throws IOException {
        Path secret = Files.writeString(scratch.resolve("secret"), "hidden");
        try (S3Bucket bucket = S3Bucket.open(config(secret.toString(), "", Encryption.NONE, Duration.ofSeconds(1)))) {
            bucket.put("k", new byte[3]);
            fake.faults().next(1, S3Fault.HANG, S3Operation.GET);

            assertArrayEquals(new byte[3], bucket.get("k", 3).bytes());
        }
        assertTrue(fake.counts().requests(S3Operation.GET) >= 2);
    }

    private BucketConfig config(String secretPath, String caPath, Encryption encryption, Duration requestTimeout) {
        return new BucketConfig(
                Backend.S3,
                "",
                Duration.ofHours(1),
                fake.endpoint().toString(),
                S3Fake.BUCKET,
                "us-east-1",
                "key",
                "",
                secretPath,
                true,
                encryption,
                "",
                Checksums.WHEN_SUPPORTED,
                5 << 20,
                8,
                Duration.ofSeconds(5),
                requestTimeout,
                5,
                Duration.ofMillis(1),
                caPath,
                "");
    }
}
