package io.engram.model.histogram;

/** A histogram that contradicts itself; the message says how, in Prometheus' words. Has no stack trace: senders cause it. */
public final class InvalidHistogram extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidHistogram(String message) {
        super(message, null, false, false);
    }
}
