/**
 * From the ingester's heads into the bucket. In: heads, and what {@link io.engram.tsdb.cut.CutPlan} says is due. Out: blocks in
 * the bucket, told to who keeps the bucket index; heads that let go of what queries find there.
 *
 * <pre>
 *   cut ──▶ blocks/&lt;tenant&gt;/&lt;ULID&gt; ──▶ bucket ──▶ bucket index ──▶ (release-delay) ──▶ not held ──▶ released
 * </pre>
 *
 * <p>{@link io.engram.ingester.blocks.BlockShipping} is the door; {@link io.engram.ingester.blocks.TenantBlocks} does it for
 * one tenant, {@link io.engram.ingester.blocks.LocalBlocks} remembers what was cut and shipped across restarts.
 */
package io.engram.ingester.blocks;
