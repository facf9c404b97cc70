package io.engram.tsdb.head;

import io.engram.model.replica.ActivityTable;
import io.engram.tsdb.head.ReplicaNumbers.Replica;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The activity of a tenant's replicas as a whole: what the {@link ActivityStore}s of all stripes have. */
final class HeadActivity {
    /** The head keeps so much at least before its newest sample, for the page of the replicas. */
    private static final long KEPT_MS = 3 * 3_600_000;

    private final TenantHead head;

    HeadActivity(TenantHead head) {
        this.head = head;
    }

    /** The windows that {@code [minMs, maxMs]} touches, both included; takes each stripe's lock for a moment. */
    ActivityTable table(long minMs, long maxMs) {
        Map<Replica, ReplicaWindows> sums = new HashMap<>();
        for (int s = 0; s < Stripe.COUNT; s++) {
            Stripe stripe = head.stripe(s);
            stripe.lock.lock();
            try {
                if (stripe.side.find(SideKind.ACTIVITY) instanceof ActivityStore store) {
                    store.addTo(sums, ActivityTable.window(minMs), ActivityTable.window(maxMs));
                }
            } finally {
                stripe.lock.unlock();
            }
        }
        return ActivityStore.table(sums);
    }

    /** When the newest sample of each replica is; takes each stripe's lock for a moment. */
    List<ReplicaNewest> newest() {
        Map<Replica, Long> newest = new HashMap<>();
        for (int s = 0; s < Stripe.COUNT; s++) {
            Stripe stripe = head.stripe(s);
            stripe.lock.lock();
            try {
                if (stripe.side.find(SideKind.ACTIVITY) instanceof ActivityStore store) {
                    store.addNewest(newest);
                }
            } finally {
                stripe.lock.unlock();
            }
        }
        return newest.entrySet().stream()
                .map(of -> new ReplicaNewest(of.getKey().cluster(), of.getKey().name(), of.getValue()))
                .toList();
    }

    /** Queries need nothing before {@code beforeMs} from here any more. */
    void release(long beforeMs) {
        long cutMs = Math.min(beforeMs, head.newestMs() - KEPT_MS);
        for (int s = 0; s < Stripe.COUNT; s++) {
            Stripe stripe = head.stripe(s);
            stripe.lock.lock();
            try {
                stripe.side.truncate(SideKind.ACTIVITY, cutMs);
            } finally {
                stripe.lock.unlock();
            }
        }
        forgetReplicas();
    }

    /** Replicas of which there is nothing any more give their numbers back. */
    void forgetReplicas() {
        Set<Integer> counted = new HashSet<>();
        head.indexLock().lock();
        head.lockStripes();
        try {
            for (int s = 0; s < Stripe.COUNT; s++) {
                if (head.stripe(s).side.find(SideKind.ACTIVITY) instanceof ActivityStore store) {
                    store.addNumbers(counted);
                }
            }
            head.replicas().keep(counted);
        } finally {
            head.unlockStripes();
            head.indexLock().unlock();
        }
    }

    /** Series that are not counted because there are more replicas than a tenant may have. */
    long uncountedSeries() {
        head.indexLock().lock();
        try {
            return head.replicas().uncounted();
        } finally {
            head.indexLock().unlock();
        }
    }
}
