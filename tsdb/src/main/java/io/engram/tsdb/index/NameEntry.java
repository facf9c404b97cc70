package io.engram.tsdb.index;

import java.nio.charset.StandardCharsets;

/** A label name: its pairs as a chain from the newest to the oldest, and what queries on it keep. */
final class NameEntry {
    static final long BYTES = HeapSize.object(24);

    final int number;
    final byte[] name;

    /** The newest pair's id plus one, 0 where there is none; older ones by {@link PairTable#olderOfName}. */
    volatile int newestPair;

    /** Pairs that ever had this name. */
    volatile int pairCount;

    private volatile NameCache cache;

    NameEntry(int number, byte[] name) {
        this.number = number;
        this.name = name;
    }

    String text() {
        return new String(name, StandardCharsets.UTF_8);
    }

    NameCache cache() {
        NameCache known = cache;
        if (known == null) {
            synchronized (this) {
                known = cache;
                if (known == null) {
                    known = new NameCache();
                    cache = known;
                }
            }
        }
        return known;
    }

    long cacheBytes() {
        NameCache known = cache;
        return known == null ? 0 : known.bytes();
    }
}
