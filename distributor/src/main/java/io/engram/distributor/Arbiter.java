package io.engram.distributor;

import io.engram.distributor.ha.HaTracker;
import io.engram.distributor.ha.HeldWrite;
import io.engram.distributor.ha.Verdict;
import io.engram.model.TenantId;
import io.engram.model.limits.Limits;
import java.util.function.Supplier;

/** Who says which replicas' samples of a request are stored. */
sealed interface Arbiter {
    /** @param write makes a copy of the request, where it is to be held */
    Verdict judge(String cluster, String replica, long oldestMs, long newestMs, Supplier<HeldWrite> write);

    /** Whether series that name no replica are stored. */
    boolean takesOthers();

    /** Samples of a replica that was taken are durable. */
    void written(String cluster, String replica, long newestMs);

    /** For requests as they come. */
    record Live(HaTracker tracker, TenantId tenant, Limits limits, long nowMs) implements Arbiter {
        @Override
        public Verdict judge(String cluster, String replica, long oldestMs, long newestMs, Supplier<HeldWrite> write) {
            return tracker.received(tenant, limits, cluster, replica, oldestMs, newestMs, nowMs, write);
        }

        @Override
        public boolean takesOthers() {
            return true;
        }

        @Override
        public void written(String cluster, String replica, long newestMs) {
            tracker.written(tenant, cluster, replica, newestMs);
        }
    }

    /** For a request that was held of a replica which leads now: the rest of it was seen to when it came. */
    record TakeOver(HaTracker tracker, TenantId tenant, String leaderOf, String leader, long afterMs)
            implements Arbiter {
        private static final Verdict STANDBY = new Verdict.Standby();

        @Override
        public Verdict judge(String cluster, String replica, long oldestMs, long newestMs, Supplier<HeldWrite> write) {
            return cluster.equals(leaderOf) && replica.equals(leader) ? new Verdict.Take(afterMs) : STANDBY;
        }

        @Override
        public boolean takesOthers() {
            return false;
        }

        @Override
        public void written(String cluster, String replica, long newestMs) {
            tracker.written(tenant, cluster, replica, newestMs);
        }
    }
}
