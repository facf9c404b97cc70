package io.engram.server.lifecycle;

/** Where a {@link Component} is between its beginning and its end. */
public enum State {
    NEW,
    STARTING,
    RUNNING,
    STOPPING,
    TERMINATED,
    FAILED
}
