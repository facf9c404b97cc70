package io.engram.model.hash;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import io.engram.model.TenantId;
import java.nio.charset.StandardCharsets;

/**
 * The two hashes of one tenant's series under one cluster seed. Both are XXH3 with 128 bits over canonical label bytes
 * (the layout of {@link io.engram.model.write.WriteBatch#labels}), seeded by the upper half of the same function over
 * the tenant's id under the cluster's seed: label values come from strangers, who must not be able to make series
 * collide. Immutable, safe for many threads.
 */
public final class SeriesHash {
    private final Hasher128 hash;

    public SeriesHash(long clusterSeed, TenantId tenant) {
        byte[] id = tenant.value().getBytes(StandardCharsets.UTF_8);
        long seed = Hashing.xxh3_128(clusterSeed).hashBytesTo128Bits(id).getMostSignificantBits();
        this.hash = Hashing.xxh3_128(seed);
    }

    /**
     * Writes the fingerprint of the labels {@code bytes[offset .. offset+length)} into {@code hi[index]} and
     * {@code lo[index]}.
     */
    public void fingerprint(byte[] bytes, int offset, int length, long[] hi, long[] lo, int index) {
        HashValue128 words = hash.hashBytesTo128Bits(bytes, offset, length);
        hi[index] = words.getMostSignificantBits();
        lo[index] = words.getLeastSignificantBits();
    }

    /** The token on the ring, of the upper word of the hash over the labels without the replica labels. */
    public static int placement(long hi) {
        return (int) (hi >>> 32);
    }
}
