package io.engram.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What the auth file keeps of a secret. As text:
 *
 * <pre>
 * sha256:HEX                           a random token: SHA-256 of its UTF-8 bytes, 64 hexadecimal digits
 * pbkdf2-sha256:ITERATIONS:SALT:HASH   a password: PBKDF2 (RFC 8018) with HMAC-SHA-256, 32 bytes; salt and hash in Base64
 * </pre>
 */
public sealed interface SecretHash {
    /** What OWASP's cheat sheet on password storage asks for with HMAC-SHA-256. */
    int DEFAULT_ITERATIONS = 600_000;

    /** Below that, a stolen file gives its passwords away. */
    int MIN_ITERATIONS = 10_000;

    /** Above that, one failed login takes seconds. */
    int MAX_ITERATIONS = 10_000_000;

    /** Random tokens of fewer characters could be guessed from their hash. */
    int MIN_TOKEN_LENGTH = 20;

    int HASH_BYTES = 32;
    int SALT_BYTES = 16;

    /** The line for the auth file. */
    String text();

    /** Hash of a random token: cheap to check, and safe because nobody can try all tokens there are. */
    record Token(byte[] sha256) implements SecretHash {
        static final String SCHEME = "sha256:";

        /** @throws IllegalArgumentException where the token is too short to be random */
        public static Token of(String token) {
            if (token.length() < MIN_TOKEN_LENGTH) {
                throw new IllegalArgumentException("a token has at least " + MIN_TOKEN_LENGTH
                        + " random characters; hash what people choose as a password");
            }
            return new Token(digest(token));
        }

        static byte[] digest(String token) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        boolean matches(byte[] digest) {
            return MessageDigest.isEqual(sha256, digest);
        }

        @Override
        public String text() {
            return SCHEME + HexFormat.of().formatHex(sha256);
        }
    }

    /** Salted, slow hash of a password. */
    record Password(int iterations, byte[] salt, byte[] hash) implements SecretHash {
        static final String SCHEME = "pbkdf2-sha256:";

        /** With a new salt. */
        public static Password of(String password, int iterations) {
            byte[] salt = new byte[SALT_BYTES];
            new SecureRandom().nextBytes(salt);
            return new Password(iterations, salt, derive(password, salt, iterations));
        }

        static byte[] derive(String password, byte[] salt, int iterations) {
            PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, 8 * HASH_BYTES);
            try {
                return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                        .generateSecret(spec)
                        .getEncoded();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has PBKDF2WithHmacSHA256", e);
            } finally {
                spec.clearPassword();
            }
        }

        /** Takes a fraction of a second. */
        boolean matches(String password) {
            return MessageDigest.isEqual(hash, derive(password, salt, iterations));
        }

        @Override
        public String text() {
            Base64.Encoder base64 = Base64.getEncoder();
            return SCHEME + iterations + ":" + base64.encodeToString(salt) + ":" + base64.encodeToString(hash);
        }
    }

    /** @throws IllegalArgumentException saying what is expected; the text is not repeated, for it may be a secret */
    static SecretHash parse(String text) {
        try {
            if (text.startsWith(Token.SCHEME)) {
                return new Token(exactly(HASH_BYTES, HexFormat.of().parseHex(text.substring(Token.SCHEME.length()))));
            }
            String[] parts = text.split(":", -1);
            if (text.startsWith(Password.SCHEME) && parts.length == 4) {
                int iterations = Integer.parseInt(parts[1]);
                byte[] salt = Base64.getDecoder().decode(parts[2]);
                byte[] hash = exactly(HASH_BYTES, Base64.getDecoder().decode(parts[3]));
                if (iterations >= MIN_ITERATIONS && iterations <= MAX_ITERATIONS && salt.length >= SALT_BYTES) {
                    return new Password(iterations, salt, hash);
                }
            }
        } catch (IllegalArgumentException _) {
            // said below; what the parsers say repeats the text
        }
        throw new IllegalArgumentException("not a hash: expected sha256:HEX (32 bytes) or"
                + " pbkdf2-sha256:ITERATIONS:SALT:HASH (" + MIN_ITERATIONS + " to " + MAX_ITERATIONS
                + " iterations, at least 16 bytes of salt, 32 of hash, both in Base64); `engram auth hash` makes one");
    }

    private static byte[] exactly(int length, byte[] bytes) {
        if (bytes.length != length) {
            throw new IllegalArgumentException("another length");
        }
        return bytes;
    }
}
