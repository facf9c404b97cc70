/**
 * Blocks as a source of samples: {@link io.engram.querier.blocks.BlockCatalog} knows by the bucket index which there are,
 * {@link io.engram.querier.blocks.BlockSelect} has store-gateways look at those that a query needs, and sees to it that none
 * is left out.
 */
package io.engram.querier.blocks;
