package io.engram.ring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Places the tokens of a new instance so that all of its zone own equal parts of it: with a copy in each zone, a zone is a
 * ring of its own. Each token takes from who owns most at that moment, out of its largest range, as much as is still
 * missing divided by the tokens still to place. Tokens at random would leave some instances a fifth above the others. A
 * pure function of the ring, so whoever loses a race asks again.
 */
final class Tokens {
    static final int PER_INSTANCE = 512;

    private static final long SPACE = 1L << 32;

    private Tokens() {}

    /** The tokens of one more instance of {@code zone} on {@code ring}; none of them is on the ring yet. */
    static List<Integer> place(Ring ring, String zone) {
        Ring mates = ring.only(instance -> instance.zone().equals(zone));
        // The first of a zone owns all of it wherever its tokens are. Where there are fewer copies than zones they also
        // share out the token space between the zones, so they are placed as if there were none.
        Ring among = mates.tokenCount() > 0 ? mates : ring;
        if (among.tokenCount() == 0) {
            return IntStream.rangeClosed(1, PER_INSTANCE)
                    .mapToObj(i -> (int) (SPACE / PER_INSTANCE * i - 1))
                    .toList();
        }
        Ranges ranges = new Ranges(among);
        Set<Integer> placed = new HashSet<>();
        List<Integer> tokens = new ArrayList<>(PER_INSTANCE);
        long missing = SPACE / (ranges.ownerCount() + 1);
        for (int left = PER_INSTANCE; left > 0; left--) {
            int range = ranges.largest();
            long taken = Math.clamp(missing / left, 1, Math.max(1, ranges.size[range] - 1));
            int token = free((int) (ranges.upper[range] - ranges.size[range] + taken), ring, placed);
            placed.add(token);
            tokens.add(token);
            ranges.take(range, taken);
            missing -= taken;
        }
        return tokens;
    }

    /** The same tokens, but for those in {@code clashing}, which become the next that are free on {@code others}. */
    static List<Integer> moved(List<Integer> tokens, Set<Integer> clashing, List<Instance> others) {
        if (clashing.isEmpty()) {
            return tokens;
        }
        Ring ring = Ring.of(others);
        Set<Integer> kept = new HashSet<>(tokens);
        List<Integer> moved = new ArrayList<>(tokens.size());
        for (int token : tokens) {
            int now = clashing.contains(token) ? free(token, ring, kept) : token;
            kept.add(now);
            moved.add(now);
        }
        return moved;
    }

    private static int free(int token, Ring ring, Set<Integer> placed) {
        int free = token;
        while (ring.hasToken(free) || placed.contains(free)) {
            free++;
        }
        return free;
    }

    /** The ranges {@code (upper − size, upper]} of a ring, owner after owner; those that are cut keep their upper part. */
    private static final class Ranges {
        final int[] upper;
        final long[] size;
        /** Where each owner's ranges begin. */
        private final int[] first;

        private final long[] owned;
        private final PriorityQueue<Integer> largestOwners;

        Ranges(Ring ring) {
            int owners = ring.instances().size();
            upper = new int[ring.tokenCount()];
            size = new long[ring.tokenCount()];
            first = new int[owners + 1];
            owned = new long[owners];
            for (int owner = 0; owner < owners; owner++) {
                first[owner + 1] =
                        first[owner] + ring.instances().get(owner).tokens().size();
            }
            int[] next = first.clone();
            ring.forEachRange((token, length, owner) -> {
                upper[next[owner]] = token;
                size[next[owner]++] = length;
                owned[owner] += length;
            });
            largestOwners = new PriorityQueue<>(Comparator.<Integer>comparingLong(owner -> owned[owner])
                    .reversed()
                    .thenComparing(owner -> owner));
            IntStream.range(0, owners).filter(owner -> owned[owner] > 0).forEach(largestOwners::add);
        }

        int ownerCount() {
            return largestOwners.size();
        }

        /** The largest range of who owns most. */
        int largest() {
            int owner = largestOwners.peek();
            int largest = first[owner];
            for (int i = largest + 1; i < first[owner + 1]; i++) {
                if (size[i] > size[largest]) {
                    largest = i;
                }
            }
            return largest;
        }

        /** Takes from the lower end of what {@link #largest} gave. */
        void take(int range, long length) {
            int owner = largestOwners.poll();
            size[range] -= length;
            owned[owner] -= length;
            largestOwners.add(owner);
        }
    }
}
