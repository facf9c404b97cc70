package io.engram.bucket.layout;

/**
 * Says that a tenant and all it has is to go.
 *
 * @param timeS when it was marked, seconds since the Unix epoch
 * @param finishedS when the last block was gone; 0 before that
 */
public record TenantDeletionMark(long timeS, long finishedS) {}
