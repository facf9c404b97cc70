package io.engram.server.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** What a caller shows in the header {@code Authorization} (RFC 7617 and 6750). */
sealed interface Credentials {
    record Basic(String name, String secret) implements Credentials {}

    record Bearer(String token) implements Credentials {}

    /** A scheme or a coding that is not known. */
    record Unreadable() implements Credentials {}

    static Credentials parse(String header) {
        int space = header.indexOf(' ');
        String scheme = header.substring(0, Math.max(0, space)).toLowerCase(Locale.ROOT);
        String rest = header.substring(space + 1).strip();
        return switch (scheme) {
            case "basic" -> basic(rest);
            case "bearer" -> new Bearer(rest);
            default -> new Unreadable();
        };
    }

    private static Credentials basic(String base64) {
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return new Unreadable();
        }
        int colon = pair.indexOf(':');
        return colon < 0 ? new Unreadable() : new Basic(pair.substring(0, colon), pair.substring(colon + 1));
    }
}
