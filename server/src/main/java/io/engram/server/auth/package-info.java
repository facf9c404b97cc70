/**
 * Who calls, and what they may: the users of {@code server.auth-file}. In: the header {@code Authorization} and the
 * address that a request came from. Out: a {@link io.engram.server.auth.User}, or a refusal. Read {@code Authenticator}
 * first (one request), then {@code UserFile} (the format), {@code PasswordCheck} (why a password is not hashed per
 * request) and {@code FailedAttempts} (what guessing costs).
 */
package io.engram.server.auth;
