/**
 * The bucket index: one object that says which blocks a tenant has, so that readers need no listing. Read
 * {@link io.engram.bucket.index.BucketIndex} first; {@link io.engram.bucket.index.BucketIndexUpdater} makes it,
 * {@link io.engram.bucket.index.BucketIndexFile} keeps it.
 */
package io.engram.bucket.index;
