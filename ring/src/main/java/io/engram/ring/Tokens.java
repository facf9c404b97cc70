package io.engram.ring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Places the tokens of a new instance so that all own equal parts. Each token takes from who owns most at that moment,
 * out of its largest range, as much as is still missing divided by the tokens still to place. Tokens at random would
 * leave some instances a fifth above the others. A pure function of the ring, so whoever loses a race asks again.
 */
final class Tokens {
    static final int PER_INSTANCE = 512;

    private static final long SPACE = 1L << 32;

    private Tokens() {}

    /** Keys {@code (token − size, token]}. */
    private record Range(int token, long size) {}

    private static final class Owner {
        final PriorityQueue<Range> ranges = new PriorityQueue<>(
                Comparator.comparingLong(Range::size).reversed().thenComparing(Range::token));
        long owned;
    }

    /** The tokens of one more instance on {@code ring}. */
    static List<Integer> place(Ring ring) {
        List<Integer> placed = new ArrayList<>(PER_INSTANCE);
        List<Owner> owners = new ArrayList<>();
        ring.instances().forEach(any -> owners.add(new Owner()));
        ring.forEachRange((token, size, index) -> {
            owners.get(index).ranges.add(new Range(token, size));
            owners.get(index).owned += size;
        });
        PriorityQueue<Owner> largest = new PriorityQueue<>(
                Comparator.<Owner>comparingLong(owner -> owner.owned).reversed());
        owners.stream().filter(owner -> !owner.ranges.isEmpty()).forEach(largest::add);
        if (largest.isEmpty()) {
            for (int i = 1; i <= PER_INSTANCE; i++) {
                placed.add((int) (SPACE / PER_INSTANCE * i - 1));
            }
            return placed;
        }
        long missing = SPACE / (largest.size() + 1);
        for (int left = PER_INSTANCE; left > 0; left--) {
            Owner from = largest.poll();
            Range range = from.ranges.poll();
            long taken = Math.clamp(missing / left, 1, Math.max(1, range.size - 1));
            // The lower part changes hands: its new upper end is the new token.
            placed.add((int) (range.token - range.size + taken));
            from.ranges.add(new Range(range.token, range.size - taken));
            from.owned -= taken;
            missing -= taken;
            largest.add(from);
        }
        return placed;
    }
}
