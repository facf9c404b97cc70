package io.engram.server.tenant;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.server.AuthConfig;
import java.util.List;

/** Reads the tenant from {@link #HEADER}. Safe for all threads. */
public final class TenantResolver {
    /** The header that Cortex, Mimir and Loki use too. */
    public static final String HEADER = "X-Scope-OrgID";

    private final boolean required;

    public TenantResolver(AuthConfig auth) {
        this.required = auth.requireTenant();
    }

    /** Whether the request leaves it to us whom it acts for. */
    public static boolean namesNone(List<String> headers) {
        return headers.isEmpty() || (headers.size() == 1 && headers.getFirst().isEmpty());
    }

    /**
     * @param headers all values of {@link #HEADER}, in order; an empty list where it was not sent
     * @throws Failure {@link ErrorId#TENANT_MISSING}, {@link ErrorId#TENANT_SEVERAL} or {@link ErrorId#TENANT_INVALID}
     */
    public TenantId resolve(List<String> headers) {
        if (namesNone(headers)) {
            if (required) {
                throw new Failure(ErrorId.TENANT_MISSING, "no org id");
            }
            return TenantId.ANONYMOUS;
        }
        if (headers.size() > 1) {
            throw new Failure(
                    ErrorId.TENANT_SEVERAL, "the header " + HEADER + " was sent " + headers.size() + " times");
        }
        String value = headers.getFirst();
        if (value.indexOf('|') >= 0) {
            throw new Failure(
                    ErrorId.TENANT_SEVERAL,
                    "the header " + HEADER + " names several tenants, one is allowed: " + value);
        }
        return TenantId.ANONYMOUS.value().equals(value) ? TenantId.ANONYMOUS : new TenantId(value);
    }
}
