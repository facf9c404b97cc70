package io.engram.ring;

import java.util.ArrayList;
import java.util.List;

/**
 * How long the answers to one question are waited for: until all are in, or until {@link ReadPatience} has passed since
 * the answer would be whole without the rest. Knows no clock but what it is told. For one thread.
 */
public final class Waiting {
    /** In place of a time: as long as it takes. */
    public static final long FOR_EVER = Long.MAX_VALUE;

    private final Losses losses;
    private final ReadPatience patience;
    private final long beginNs;
    private final List<Integer> silent = new ArrayList<>();
    private int answered;
    private long waitNs = FOR_EVER; // since beginNs

    /** @param count how many were asked, each known by its index */
    public Waiting(int count, Losses losses, ReadPatience patience, long beginNs) {
        this.losses = losses;
        this.patience = patience;
        this.beginNs = beginNs;
        for (int i = 0; i < count; i++) {
            silent.add(i);
        }
        look(beginNs);
    }

    public void answered(int index, long nowNs) {
        answered++;
        silent.remove((Integer) index);
        look(nowNs);
    }

    /** @throws RuntimeException where the answer is not whole without it */
    public void failed(int index, RuntimeException why, long nowNs) {
        silent.remove((Integer) index);
        losses.lost(index, why);
        look(nowNs);
    }

    /** Patience that began is not begun again. */
    private void look(long nowNs) {
        if (waitNs == FOR_EVER && !silent.isEmpty() && losses.allows(silent)) {
            long tookNs = nowNs - beginNs;
            waitNs = tookNs + patience.waitNs(tookNs, answered);
        }
    }

    /** How long the rest is waited for from now on: {@link #FOR_EVER}, or nothing. */
    public long leftNs(long nowNs) {
        if (silent.isEmpty()) {
            return 0;
        }
        if (waitNs != FOR_EVER && !losses.allows(silent)) {
            waitNs = FOR_EVER; // another step lost somebody meanwhile
        }
        return waitNs == FOR_EVER ? FOR_EVER : Math.max(0, waitNs - (nowNs - beginNs));
    }

    /**
     * Gives up the rest.
     *
     * @throws RuntimeException where the answer is not whole without it
     */
    public void giveUp() {
        for (int index : List.copyOf(silent)) {
            silent.remove((Integer) index);
            losses.lost(index, null);
        }
    }
}
