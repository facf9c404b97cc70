/**
 * {@link io.engram.bucket.Bucket} over S3 and servers that speak like it, by the blocking client of the AWS SDK. Read
 * {@link io.engram.bucket.s3.S3Bucket} first; {@code S3Clients} says how the client is set up.
 */
package io.engram.bucket.s3;
