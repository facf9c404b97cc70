package io.engram.server.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.server.AuthConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class TenantResolverTest {
    private final TenantResolver open = new TenantResolver(new AuthConfig(false));
    private final TenantResolver strict = new TenantResolver(new AuthConfig(true));

    @Test
    void isAnonymousWithoutTheHeader() {
        assertEquals(TenantId.ANONYMOUS, open.resolve(List.of()));
        assertEquals(TenantId.ANONYMOUS, open.resolve(List.of("")));
    }

    @Test
    void refusesAMissingTenantWhereOneIsRequired() {
        Failure failure = assertThrows(Failure.class, () -> strict.resolve(List.of()));

        assertEquals("no org id (err-engram-tenant-missing)", failure.getMessage());
    }

    @Test
    void takesEveryCharacterThatIsAllowed() {
        String all = "abzABZ019!-_.*'()";

        assertEquals(all, strict.resolve(List.of(all)).value());
        assertEquals("x".repeat(150), strict.resolve(List.of("x".repeat(150))).value());
    }

    @Test
    void refusesIdsThatBreakARule() {
        for (String id :
                List.of(".", "..", "a/b", "a b", "ä", "x".repeat(151), "__mimir_cluster", "user-index.json.gz")) {
            Failure failure = assertThrows(Failure.class, () -> open.resolve(List.of(id)), id);
            assertEquals(ErrorId.TENANT_INVALID, failure.id(), id);
        }
    }

    @Test
    void refusesSeveralTenants() {
        assertEquals(
                ErrorId.TENANT_SEVERAL,
                assertThrows(Failure.class, () -> open.resolve(List.of("a|b"))).id());
        assertEquals(
                ErrorId.TENANT_SEVERAL,
                assertThrows(Failure.class, () -> open.resolve(List.of("a", "b")))
                        .id());
    }
}
