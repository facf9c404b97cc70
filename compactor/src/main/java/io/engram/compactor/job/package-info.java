/**
 * Does one job: sources from the bucket into a work folder, merged, verified, uploaded, and only then marked for deletion.
 * In go a tenant's bucket and a planned job, out comes what became of it. Nothing is kept between jobs but files that a
 * later try can use. Begin with {@link io.engram.compactor.job.JobExecution}.
 */
package io.engram.compactor.job;
