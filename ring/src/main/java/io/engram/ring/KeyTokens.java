package io.engram.ring;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;

/**
 * The tokens of what is not a series, but is shared out by a ring as well. All processes of a cluster must find the same,
 * in every release: these functions never change.
 */
public final class KeyTokens {
    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private KeyTokens() {}

    /** Whose a block is among store-gateways. */
    public static int ofBlock(BlockId block) {
        return spread(block.high() * 0x9E3779B97F4A7C15L ^ block.low());
    }

    /** Whose a tenant is among compactors. */
    public static int ofTenant(TenantId tenant) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < tenant.value().length(); i++) {
            hash = (hash ^ tenant.value().charAt(i)) * FNV_PRIME;
        }
        return spread(hash);
    }

    /** The finalizer of MurmurHash3: every bit in decides every bit out. */
    private static int spread(long hash) {
        long h = hash;
        h = (h ^ h >>> 33) * 0xFF51AFD7ED558CCDL;
        h = (h ^ h >>> 33) * 0xC4CEB9FE1A85EC53L;
        return (int) ((h ^ h >>> 33) >>> 32);
    }
}
