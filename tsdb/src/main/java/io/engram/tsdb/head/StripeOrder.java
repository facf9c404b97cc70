package io.engram.tsdb.head;

import io.engram.model.write.WriteBatch;
import java.util.Arrays;

/** Series of a batch by the stripe they belong to, in the order of the batch within each. Reused; for one thread. */
final class StripeOrder {
    private final int[] end = new int[Stripe.COUNT];
    private int[] sorted = new int[0];

    /** Sorts all series of the batch. */
    void sortAll(WriteBatch batch) {
        int count = batch.seriesCount;
        begin(count);
        long[] hi = batch.fingerprintHi;
        for (int i = 0; i < count; i++) {
            end[Stripe.of(hi[i])]++;
        }
        countsToStarts();
        for (int i = 0; i < count; i++) {
            sorted[end[Stripe.of(hi[i])]++] = i;
        }
    }

    /** Sorts the series {@code ordinals[0 .. count)}. */
    void sort(WriteBatch batch, int[] ordinals, int count) {
        begin(count);
        long[] hi = batch.fingerprintHi;
        for (int k = 0; k < count; k++) {
            end[Stripe.of(hi[ordinals[k]])]++;
        }
        countsToStarts();
        for (int k = 0; k < count; k++) {
            int i = ordinals[k];
            sorted[end[Stripe.of(hi[i])]++] = i;
        }
    }

    private void begin(int count) {
        if (count > sorted.length) {
            sorted = new int[Math.max(count, 2 * sorted.length)];
        }
        Arrays.fill(end, 0);
    }

    private void countsToStarts() {
        int sum = 0;
        for (int s = 0; s < Stripe.COUNT; s++) {
            int n = end[s];
            end[s] = sum;
            sum += n;
        }
    }

    /** Behind the last series of the stripe; the first of the next stripe stands there. */
    int end(int stripe) {
        return end[stripe];
    }

    /** The ordinal of a series in the batch. */
    int at(int place) {
        return sorted[place];
    }
}
