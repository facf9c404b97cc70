package io.engram.server.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/** Tells browsers which other sites' pages may call the API (the CORS headers of the Fetch standard). */
final class CrossOrigin {
    private final String allowed;

    /** @param allowed an origin, {@code *} for all, or empty for none */
    CrossOrigin(String allowed) {
        this.allowed = allowed;
    }

    void allow(Request request, Response response) {
        if (allowed.isEmpty() || request.getHeaders().get("Origin") == null) {
            return;
        }
        HttpFields.Mutable headers = response.getHeaders();
        headers.put("Access-Control-Allow-Origin", allowed);
        headers.put("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
        headers.put("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, X-Scope-OrgID");
        if (!allowed.equals("*")) {
            headers.put("Vary", "Origin");
        }
    }
}
