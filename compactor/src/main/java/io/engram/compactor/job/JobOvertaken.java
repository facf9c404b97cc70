package io.engram.compactor.job;

/** Somebody else is at the job, or was: the message says who. */
public final class JobOvertaken extends Exception {
    private static final long serialVersionUID = 1L;

    JobOvertaken(String message) {
        super(message);
    }
}
