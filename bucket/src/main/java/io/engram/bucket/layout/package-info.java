/**
 * Where tenants' blocks lie in a bucket, as Mimir, Cortex and Thanos lay them: {@code <tenant>/<block>/meta.json}, which
 * goes up last and makes the block exist, {@code index} and {@code chunks/NNNNNN}; marks in the block's folder and again
 * under {@code <tenant>/markers/}. Read {@link io.engram.bucket.layout.BlockPaths} first, then
 * {@link io.engram.bucket.layout.BlockUploader}.
 */
package io.engram.bucket.layout;
