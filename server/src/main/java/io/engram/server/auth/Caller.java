package io.engram.server.auth;

import io.engram.model.TenantId;
import java.util.List;

/** Whom a request acts for, as far as it may say so itself. */
@FunctionalInterface
public interface Caller {
    /**
     * @param headers all values of {@code X-Scope-OrgID}, in order; empty where it was not sent
     * @throws io.engram.model.failure.Failure where no tenant is named, or one that this caller may not act for
     */
    TenantId tenant(List<String> headers);
}
