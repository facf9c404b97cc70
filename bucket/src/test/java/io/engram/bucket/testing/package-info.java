/**
 * Object stores for tests and benchmarks of every module: {@link io.engram.bucket.testing.S3Fake} speaks S3 over HTTP and
 * fails as told; {@link io.engram.bucket.testing.MemoryBucket} and {@link io.engram.bucket.testing.FaultyBucket} are
 * enough where the protocol does not matter.
 */
package io.engram.bucket.testing;
