/**
 * What is known of a block without opening it: its name ({@link io.engram.model.block.BlockId}) and its
 * {@code meta.json} ({@link io.engram.model.block.BlockMeta}), in the formats of Prometheus and Thanos.
 */
package io.engram.model.block;
