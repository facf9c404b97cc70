package io.engram.server.auth;

import com.codahale.metrics.Counter;
import io.engram.server.metrics.Metrics;
import java.util.function.IntSupplier;

/** Counts who was not let in, and why. */
final class AuthMetrics {
    private final Counter missing;
    private final Counter wrong;
    private final Counter blocked;
    private final Counter role;
    private final Counter tenant;

    AuthMetrics(Metrics metrics, IntSupplier sources) {
        this.missing = counter(metrics, "missing");
        this.wrong = counter(metrics, "wrong");
        this.blocked = counter(metrics, "blocked");
        this.role = counter(metrics, "role");
        this.tenant = counter(metrics, "tenant");
        metrics.gauge(
                "engram_server_auth_failing_sources",
                "Addresses, and names claimed from them, whose failed logins are being counted.",
                sources::getAsInt);
    }

    private static Counter counter(Metrics metrics, String reason) {
        return metrics.counter(
                "engram_server_auth_refusals_total",
                "Requests that were not let in: without credentials (missing), with wrong ones (wrong), after too many"
                        + " wrong ones (blocked), with a role or for a tenant that the user does not have.",
                "reason",
                reason);
    }

    void missing() {
        missing.inc();
    }

    void wrong() {
        wrong.inc();
    }

    void blocked() {
        blocked.inc();
    }

    void role() {
        role.inc();
    }

    void tenant() {
        tenant.inc();
    }
}
