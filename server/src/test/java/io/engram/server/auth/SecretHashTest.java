package io.engram.server.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretHashTest {
    /** RFC 7914, section 11, of which the first 32 bytes. */
    @Test
    void derivesWhatTheRfcDoes() {
        byte[] derived = SecretHash.Password.derive("Password", "NaCl".getBytes(StandardCharsets.US_ASCII), 80_000);

        assertEquals(
                "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56",
                HexFormat.of().formatHex(derived));
    }

    @Test
    void aHashReadAgainMatchesTheSameSecretOnly() {
        String text = SecretHash.Password.of("pässword", 10_000).text();
        SecretHash.Password read = (SecretHash.Password) SecretHash.parse(text);

        assertTrue(read.matches("pässword"));
        assertFalse(read.matches("password"));
        assertEquals(text, read.text());
    }

    @Test
    void refusesWhatIsNoHashWithoutRepeatingIt() {
        String salt = Base64.getEncoder().encodeToString(new byte[16]);
        String hash = Base64.getEncoder().encodeToString(new byte[32]);
        for (String text : List.of(
                "hunter2",
                "sha256:hunter2",
                "sha256:" + "ab".repeat(31),
                "pbkdf2-sha256:hunter2:" + salt + ":" + hash,
                "pbkdf2-sha256:9999:" + salt + ":" + hash,
                "pbkdf2-sha256:10000001:" + salt + ":" + hash,
                "pbkdf2-sha256:10000:hunter2=:" + hash,
                "pbkdf2-sha256:10000:AAAA:" + hash,
                "pbkdf2-sha256:10000:" + salt + ":AAAA")) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> SecretHash.parse(text), text);
            assertFalse(refused.getMessage().contains("hunter2"), refused::getMessage);
        }
    }
}
