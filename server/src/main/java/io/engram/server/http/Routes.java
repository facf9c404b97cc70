package io.engram.server.http;

/** Where components say which paths they answer. */
public interface Routes {
    /**
     * @param pattern a path; {@code {name}} stands for one segment
     * @param access who may call it
     */
    void add(String method, String pattern, Access access, Endpoint endpoint);

    /** Adds GET and POST: Grafana tries one and then the other. */
    default void addQuery(String pattern, Endpoint endpoint) {
        add("GET", pattern, Access.READ, endpoint);
        add("POST", pattern, Access.READ, endpoint);
    }

    /** The roles of DESIGN: what a caller needs to be allowed. */
    enum Access {
        /** No tenant, no credentials: health and build information. */
        OPEN,
        WRITE,
        READ,
        /**
         * What tells about all tenants, to those who watch the server: as {@link #OPEN} without an auth file, as {@link
         * #OPERATE} with one.
         */
        OBSERVE,
        /** Only from loopback, or with an operator's credentials. */
        OPERATE
    }
}
