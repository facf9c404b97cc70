package io.engram.server.auth;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;

/** A caller failed too often and must wait. */
public final class LoginBlocked extends Exception {
    private static final long serialVersionUID = 1L;
    private final long waitMs;

    LoginBlocked(long waitMs) {
        super("login blocked", null, false, false);
        this.waitMs = waitMs;
    }

    /** Until the next attempt is looked at, in whole seconds, at least one. */
    public long waitSeconds() {
        return Math.max(1, (waitMs + 999) / 1000);
    }

    public Failure failure() {
        return new Failure(
                ErrorId.LOGIN_RATE,
                "too many failed logins from this address (server.auth-max-failures-per-minute); wait " + waitSeconds()
                        + " s");
    }
}
