package io.engram.storegateway;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The pages that one selection works on: those that it has asked for stay with it, whatever the cache does, up to a bound. What
 * is missing is read in as few ranges as the gap allows. Safe for many threads.
 */
final class Pages {
    private final PageCache cache;
    private final RangeReads reads;
    private final long maxGapBytes;
    private final long maxRangeBytes;
    /** What one selection holds before it begins anew: what it has read ahead, and as much of what it read before. */
    private final int maxHeld;

    private final Map<PageKey, CompletableFuture<byte[]>> held = new HashMap<>(); // guarded by this

    Pages(PageCache cache, RangeReads reads, long maxGapBytes, long maxRangeBytes) {
        this.cache = cache;
        this.reads = reads;
        this.maxGapBytes = maxGapBytes;
        this.maxRangeBytes = maxRangeBytes;
        this.maxHeld = (int) (2 * maxRangeBytes / PageKey.BYTES);
    }

    /** A range that this selection reads, and the pages that it promised to read with it. */
    private final class Reading implements Runnable {
        private final StoredFile file;
        private final Range range;
        private final List<Integer> numbers;
        private final List<CompletableFuture<byte[]>> promises;

        Reading(StoredFile file, Range range, List<Integer> numbers, List<CompletableFuture<byte[]>> promises) {
            this.file = file;
            this.range = range;
            this.numbers = numbers;
            this.promises = promises;
        }

        @Override
        public void run() {
            byte[] bytes = reads.read(file, range);
            for (int i = 0; i < numbers.size(); i++) {
                Range page = PageKey.range(file, numbers.get(i));
                int from = (int) (page.offset() - range.offset());
                promises.get(i).complete(Arrays.copyOfRange(bytes, from, from + (int) page.bytes()));
            }
        }

        /** Whoever waits learns that nothing comes, and asks itself: our misfortune need not be theirs. */
        void giveUp() {
            promises.forEach(promise -> promise.complete(null)); // those that are kept already stay
        }
    }

    /** Ranges that are to be read, by whom they were promised. */
    static final class Claim {
        private final List<Reading> readings = new ArrayList<>();
    }

    /** Whether all are there, or on their way. */
    boolean has(PageSet wanted) {
        makeRoom();
        for (var entry : wanted.files().entrySet()) {
            StoredFile file = entry.getKey();
            for (int number : entry.getValue().sorted()) {
                if (find(new PageKey(file.handle(), file.number(), number)) == null) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Reads those pages that are not there and that nobody reads, and returns when it has; those that others read are waited
     * for in {@link #page}.
     *
     * @throws RuntimeException as {@link RangeReads#read}
     */
    void load(PageSet wanted) {
        read(claim(wanted));
    }

    /**
     * Promises those pages that are not there and that nobody reads; whoever asks for them from now on waits for {@link #read},
     * which must follow.
     */
    Claim claim(PageSet wanted) {
        Claim claim = new Claim();
        makeRoom();
        try {
            wanted.files().forEach((file, numbers) -> claim(file, numbers.sorted(), claim.readings));
        } catch (RuntimeException | Error e) {
            claim.readings.forEach(Reading::giveUp);
            throw e;
        }
        return claim;
    }

    /**
     * Reads what was promised.
     *
     * @throws RuntimeException as {@link RangeReads#read}
     */
    void read(Claim claim) {
        try {
            if (!claim.readings.isEmpty()) {
                FanOut.run(reads.threads(), reads.concurrency(), claim.readings);
            }
        } catch (RuntimeException | Error e) {
            claim.readings.forEach(Reading::giveUp);
            throw e;
        }
    }

    /** Adds what is to be read of a file. */
    private void claim(StoredFile file, int[] wanted, List<Reading> readings) {
        List<Integer> numbers = new ArrayList<>();
        List<CompletableFuture<byte[]>> promises = new ArrayList<>();
        List<Range> ranges = new ArrayList<>();
        for (int number : wanted) {
            PageKey key = new PageKey(file.handle(), file.number(), number);
            if (find(key) == null) {
                CompletableFuture<byte[]> promise = new CompletableFuture<>();
                CompletableFuture<byte[]> there = cache.claim(key, promise);
                hold(key, there);
                if (there == promise) {
                    numbers.add(number);
                    promises.add(promise);
                    ranges.add(PageKey.range(file, number));
                }
            }
        }
        int next = 0;
        for (Range range : Range.coalesce(ranges, maxGapBytes, maxRangeBytes)) {
            int from = next;
            while (next < ranges.size() && ranges.get(next).offset() < range.end()) {
                next++;
            }
            readings.add(new Reading(file, range, numbers.subList(from, next), promises.subList(from, next)));
        }
    }

    /** The page, read now where nobody has; throws as {@link RangeReads#read}. */
    byte[] page(StoredFile file, int number) {
        PageKey key = new PageKey(file.handle(), file.number(), number);
        CompletableFuture<byte[]> there = find(key);
        byte[] page = there == null ? null : there.join();
        if (page != null) {
            return page;
        }
        return refresh(file, number);
    }

    /** The page, read from the bucket whatever the cache has; it has this one from then on. */
    byte[] refresh(StoredFile file, int number) {
        byte[] page = reads.read(file, PageKey.range(file, number));
        PageKey key = new PageKey(file.handle(), file.number(), number);
        cache.replace(key, page);
        hold(key, CompletableFuture.completedFuture(page));
        return page;
    }

    private CompletableFuture<byte[]> find(PageKey key) {
        synchronized (this) {
            CompletableFuture<byte[]> mine = held.get(key);
            boolean givenUp = mine != null && mine.isDone() && mine.join() == null;
            if (mine != null && !givenUp) {
                return mine;
            }
        }
        CompletableFuture<byte[]> cached = cache.find(key);
        if (cached != null) {
            hold(key, cached);
        }
        return cached;
    }

    private synchronized void hold(PageKey key, CompletableFuture<byte[]> page) {
        held.put(key, page);
    }

    /** What is let go is in the cache, as far as there is room. */
    private synchronized void makeRoom() {
        if (held.size() >= maxHeld) {
            held.clear();
        }
    }

    /** Holds nothing any more. */
    synchronized void release() {
        held.clear();
    }
}
