package io.engram.server.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Damage;
import io.engram.model.testing.HostileCases;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The auth file and the header that is checked against it, damaged. */
class HostileAuthTest {
    private static final String HASH = "sha256:" + "ab".repeat(32);
    private static final long MOST_BYTES = 8 << 20;

    @Test
    void readsADamagedFileOrSaysWhatIsWrongWithoutShowingASecret() {
        List<byte[]> corpus = Damage.corpus(List.of(
                """
                users:
                  - name: a
                    secrets: [%s]
                    tenants: [x, "7"]
                    roles: [write, read]
                  - {name: b, secrets: "sha256:%s", tenants: "*", roles: operate}
                """.formatted(HASH, "cd".repeat(32)),
                "users: [{name: c, secrets: ['pbkdf2-sha256:100000:%s:%s'], tenants: [x], roles: [read]}]"
                        .formatted("A".repeat(24), "A".repeat(43) + "=")));
        HostileCases.check(10, random -> {
            byte[] yaml = Damage.of(corpus, random);
            HostileCases.within(MOST_BYTES, yaml, () -> {
                try {
                    return UserFile.parse(yaml);
                } catch (IllegalArgumentException e) {
                    assertFalse(e.getMessage().contains(HASH), e.getMessage());
                    return null;
                }
            });
        });
    }

    @Test
    void refusesNestingAndAliasesAsOtherFilesDo() {
        for (String yaml : List.of("[".repeat(100_000), "users: &a [*a]")) {
            String message = assertThrows(
                            IllegalArgumentException.class, () -> UserFile.parse(yaml.getBytes(StandardCharsets.UTF_8)))
                    .getMessage();
            assertTrue(message.contains("32 levels deep") || message.contains("within its own anchor"), message);
        }
    }

    @Test
    void readsADamagedHeaderAsSomeCredentials() {
        List<byte[]> corpus = Damage.corpus(List.of(
                "Bearer 0123456789abcdef0123456789abcdef",
                "Basic dXNlcjpwYXNzd29yZA==",
                "basic  OjpAQEA=",
                "Digest x"));
        HostileCases.check(5, random -> {
            byte[] header = Damage.of(corpus, random);
            Credentials read = HostileCases.within(
                    MOST_BYTES, header, () -> Credentials.parse(new String(header, StandardCharsets.ISO_8859_1)));
            if (read instanceof Credentials.Basic basic) {
                assertEquals(-1, basic.name().indexOf(':'));
            }
        });
    }
}
