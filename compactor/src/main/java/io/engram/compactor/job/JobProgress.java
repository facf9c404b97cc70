package io.engram.compactor.job;

import io.engram.bucket.BucketUnavailable;

/** Is told where a job is, and may end it. */
@FunctionalInterface
public interface JobProgress {
    /**
     * A step begins.
     *
     * @throws JobOvertaken where somebody else is at the job now: the step is not done
     * @throws BucketUnavailable where nobody can tell
     */
    void begin(JobStep step) throws JobOvertaken, BucketUnavailable;
}
