package io.engram.server.auth;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.server.tenant.TenantResolver;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One entry of the auth file.
 *
 * @param name what HTTP Basic calls the user name; names the user in messages and logs
 * @param secrets the hashes of what the user shows, one of which must match
 * @param tenants whom the user may act for; empty where that is everybody
 * @param roles what the user may do
 */
record User(String name, List<SecretHash> secrets, Set<TenantId> tenants, Set<Role> roles) {
    User {
        secrets = List.copyOf(secrets);
        tenants = Set.copyOf(tenants);
        roles = EnumSet.copyOf(roles);
    }

    /** @throws Failure {@link ErrorId#ROLE_MISSING} */
    void require(Role role) {
        if (!roles.contains(role)) {
            throw new Failure(
                    ErrorId.ROLE_MISSING,
                    "user '" + name + "' does not have the role " + role.name().toLowerCase(Locale.ROOT)
                            + " (roles in server.auth-file)");
        }
    }

    /**
     * The tenant that the headers name; the user's own where they name none and the user has exactly one.
     *
     * @throws Failure {@link ErrorId#TENANT_FORBIDDEN}, {@link ErrorId#TENANT_MISSING} and what {@code resolver} throws
     */
    TenantId tenant(List<String> headers, TenantResolver resolver) {
        if (!tenants.isEmpty() && TenantResolver.namesNone(headers)) {
            return onlyTenant();
        }
        TenantId tenant = resolver.resolve(headers);
        if (!tenants.isEmpty() && !tenants.contains(tenant)) {
            throw new Failure(
                    ErrorId.TENANT_FORBIDDEN,
                    "user '" + name + "' may not act for tenant '" + tenant + "' (tenants in server.auth-file)");
        }
        return tenant;
    }

    private TenantId onlyTenant() {
        if (tenants.size() == 1) {
            return tenants.iterator().next();
        }
        throw new Failure(
                ErrorId.TENANT_MISSING,
                "no org id: user '" + name + "' has " + tenants.size() + " tenants, so the header "
                        + TenantResolver.HEADER + " must name one");
    }
}
