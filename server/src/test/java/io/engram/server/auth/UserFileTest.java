package io.engram.server.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UserFileTest {
    private static final String HASH = "sha256:" + "ab".repeat(32);

    private static Users parse(String yaml) {
        return UserFile.parse(yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static String refusal(String yaml) {
        return assertThrows(IllegalArgumentException.class, () -> parse(yaml), yaml)
                .getMessage();
    }

    @Test
    void readsListsAndSingleItems() {
        Users users = parse("""
                users:
                  - name: a
                    secrets: [%s]
                    tenants: [x, "7"]
                    roles: [write, read]
                  - {name: b, secrets: "sha256:%s", tenants: "*", roles: operate}
                """.formatted(HASH, "cd".repeat(32)));

        assertEquals(2, users.count());
        assertEquals(
                Set.of(new TenantId("x"), new TenantId("7")), users.named("a").tenants());
        assertEquals(Set.of(Role.WRITE, Role.READ), users.named("a").roles());
        assertEquals(Set.of(), users.named("b").tenants());
        assertEquals(Set.of(Role.OPERATE), users.named("b").roles());
    }

    @Test
    void namesWhatIsWrongAndWhere() {
        String user = "users: [{name: %s, secrets: %s, tenants: %s, roles: %s}]";

        assertEquals("expected one key at the top: users", refusal(""));
        assertEquals("expected one key at the top: users", refusal("user: []"));
        assertEquals("users: expected a list of at least one user", refusal("users: []"));
        assertEquals(
                "users[0] (a): roles: 'admin' is not one of write, read, operate",
                refusal(user.formatted("a", HASH, "x", "admin")));
        assertTrue(refusal(user.formatted("a", HASH, "x/y", "read")).startsWith("users[0] (a): tenant id has"));
        assertEquals("users[0] (a): tenants: * stands alone", refusal(user.formatted("a", HASH, "[x, '*']", "read")));
        assertEquals("users[0] (a): tenants: is missing", refusal(user.formatted("a", HASH, "[]", "read")));
        assertTrue(refusal(user.formatted("'a:b'", HASH, "x", "read")).startsWith("users[0] (a:b): name: expected"));
        assertTrue(refusal("users:\n  - name: a\n    name: b\n").startsWith("line 3, column 5: "));
        assertTrue(refusal("users: [{name: a, role: read}]").startsWith("users[0] (a): unknown key"));
    }

    @Test
    void neverRepeatsASecret() {
        String message = refusal("users: [{name: a, secrets: [hunter2], tenants: x, roles: read}]");

        assertTrue(message.startsWith("users[0] (a): secrets[0]: not a hash"), message);
        assertFalse(message.contains("hunter2"), message);
    }

    @Test
    void refusesNamesAndTokensThatStandThereTwice() {
        String one = "{name: a, secrets: %s, tenants: x, roles: read}".formatted(HASH);

        assertEquals("user 'a' stands there twice", refusal("users: [" + one + ", " + one + "]"));
        assertEquals(
                "user 'b' has a token that stands there twice",
                refusal("users: [" + one + ", " + one.replace("name: a", "name: b") + "]"));
    }
}
