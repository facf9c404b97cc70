package io.engram.model.hash;

import io.engram.model.TenantId;
import java.nio.charset.StandardCharsets;

/**
 * The two hashes of one tenant's series under one cluster seed. Both are XXH3 with 128 bits over canonical label bytes
 * (the layout of {@link io.engram.model.write.WriteBatch#labels}), seeded by the upper half of the same function over
 * the tenant's id under the cluster's seed: label values come from strangers, who must not be able to make series
 * collide. Immutable, safe for many threads; results go into the caller's arrays, so that nothing is allocated.
 */
public final class SeriesHash {
    private final Xxh3 hash;

    public SeriesHash(long clusterSeed, TenantId tenant) {
        byte[] id = tenant.value().getBytes(StandardCharsets.UTF_8);
        long[] hi = new long[1];
        new Xxh3(clusterSeed).hash(id, 0, id.length, hi, new long[1], 0);
        this.hash = new Xxh3(hi[0]);
    }

    /**
     * Writes the fingerprint of the labels {@code bytes[offset .. offset+length)} into {@code hi[index]} and
     * {@code lo[index]}.
     */
    public void fingerprint(byte[] bytes, int offset, int length, long[] hi, long[] lo, int index) {
        hash.hash(bytes, offset, length, hi, lo, index);
    }

    /** The token on the ring, of the upper word of the hash over the labels without the replica labels. */
    public static int placement(long hi) {
        return (int) (hi >>> 32);
    }
}
