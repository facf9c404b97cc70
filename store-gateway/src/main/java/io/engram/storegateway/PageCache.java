package io.engram.storegateway;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.CompletableFuture;

/**
 * Pages of blocks' files in memory, bounded by their bytes. A page that somebody reads already is waited for, not read twice.
 * Safe for many threads.
 */
final class PageCache {
    /** What an entry takes beside the page, about. */
    private static final int ENTRY_BYTES = 160;

    private final AsyncCache<PageKey, byte[]> pages;

    /** @param maxBytes 0 keeps nothing; who reads at the same time still shares */
    PageCache(long maxBytes) {
        pages = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((PageKey _, byte[] page) -> page.length + ENTRY_BYTES)
                .executor(Runnable::run)
                .recordStats()
                .buildAsync();
    }

    /** The page, there or on its way, and null in the end where who reads it fails; null where nobody has it. */
    CompletableFuture<byte[]> find(PageKey key) {
        return pages.getIfPresent(key);
    }

    /**
     * Says that the caller is about to read a page.
     *
     * @param promise which the caller completes, whatever happens; with null where it could not read the page
     * @return {@code promise}; or that of somebody else who was faster, and then the caller has nothing to do
     */
    CompletableFuture<byte[]> claim(PageKey key, CompletableFuture<byte[]> promise) {
        CompletableFuture<byte[]> other = pages.asMap().putIfAbsent(key, promise);
        return other == null ? promise : other;
    }

    /** Puts a page in the place of what is there. */
    void replace(PageKey key, byte[] page) {
        pages.put(key, CompletableFuture.completedFuture(page));
    }

    Cache<PageKey, byte[]> view() {
        return pages.synchronous();
    }
}
