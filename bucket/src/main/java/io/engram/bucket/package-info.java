/**
 * The object store: one small interface ({@link io.engram.bucket.Bucket}) over S3 and a folder. In go keys and bytes, out
 * come bytes and listings; nothing here knows what a block is. Read the interface first, then
 * {@link io.engram.bucket.FilesystemBucket}.
 */
package io.engram.bucket;
