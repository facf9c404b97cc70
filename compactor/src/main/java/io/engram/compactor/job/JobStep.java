package io.engram.compactor.job;

/** Where a job is. */
public enum JobStep {
    WAITING,
    DOWNLOADING,
    MERGING,
    VERIFYING,
    UPLOADING,
    MARKING
}
