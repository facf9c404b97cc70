package io.engram.server.auth;

/** What a user may do; each is granted by name, none includes another. */
public enum Role {
    /** Send samples. */
    WRITE,
    /** Query. */
    READ,
    /** See and change how the server works: configuration, rings, metrics of all tenants. */
    OPERATE
}
