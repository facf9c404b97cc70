package io.engram.compactor;

import io.engram.compactor.job.JobStep;
import io.engram.compactor.plan.PlannedJob;
import io.engram.model.TenantId;

/** A job of a tenant, and where it is. */
final class QueuedJob {
    final TenantId tenant;
    final PlannedJob job;
    private volatile JobStep step = JobStep.WAITING;
    /** Of the step; 0 where it waits. */
    private volatile long stepBeganMs;

    QueuedJob(TenantId tenant, PlannedJob job) {
        this.tenant = tenant;
        this.job = job;
    }

    void begin(JobStep next, long nowMs) {
        stepBeganMs = nowMs;
        step = next;
    }

    JobStep step() {
        return step;
    }

    long stepBeganMs() {
        return stepBeganMs;
    }
}
