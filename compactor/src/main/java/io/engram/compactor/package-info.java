/**
 * The compactor: merges the blocks of tenants in the bucket into fewer and longer ones, folds copies, lets go of what is
 * older than the retention, and keeps the bucket index. In goes a bucket, out comes the same bucket with fewer blocks that
 * hold the same samples. What a pass does is in docs/internals/compactor.md.
 *
 * <p>Read {@link io.engram.compactor.Compactor} first; {@code plan} decides, {@code job} does, {@code tenant} keeps order.
 */
package io.engram.compactor;
