package io.engram.app;

import io.engram.ingester.Ingester;
import io.engram.ring.RingLifecycle;
import io.engram.server.lifecycle.Component;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The place of a component on its ring: taken when the component can work, left before it stops. */
final class Membership implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    private static final long SETTLING_NS = TimeUnit.SECONDS.toNanos(1);

    private final String ring;
    private final Supplier<RingLifecycle> make;
    private final Runnable prepare;
    private final Ingester leaver; // null where nothing is to be done before the component goes for good
    private final boolean alone;
    private volatile RingLifecycle place; // null until it starts
    private volatile boolean preparing;
    private volatile long activeSinceNs; // set before it is running

    private Membership(String ring, Supplier<RingLifecycle> make, Runnable prepare, Ingester leaver, boolean alone) {
        this.ring = ring;
        this.make = make;
        this.prepare = prepare;
        this.leaver = leaver;
        this.alone = alone;
    }

    /** @param place made when this starts: it needs an address that others can call */
    static Membership of(String ring, Supplier<RingLifecycle> place) {
        return of(ring, place, () -> {});
    }

    /** @param prepare what the component does when it knows its place, before others ask it; may take long */
    static Membership of(String ring, Supplier<RingLifecycle> place, Runnable prepare) {
        return new Membership(ring, place, prepare, null, false);
    }

    /**
     * As an operator wishes, the ingester ships everything, while it is still asked, and then goes for good. So it does, in
     * a cluster, at every stop where that is to flush: one that left with nothing on its disk would count as missing for
     * ever.
     *
     * @param alone whether there are no other processes
     */
    static Membership ofIngester(Ingester ingester, Supplier<RingLifecycle> place, boolean alone) {
        return new Membership(Rings.INGESTER, place, () -> {}, ingester, alone);
    }

    @Override
    public String name() {
        return ring + "-ring";
    }

    @Override
    public void start() {
        place = make.get();
        place.join();
        preparing = true;
        try {
            prepare.run();
        } finally {
            preparing = false;
        }
        place.activate();
        activeSinceNs = System.nanoTime();
    }

    /** Others need a moment to see a process and to connect to it: whoever restarts one after the other is to wait for that. */
    @Override
    public String awaited() {
        RingLifecycle taken = place;
        if (taken == null) {
            return null;
        }
        if (preparing) {
            return "what the " + ring + " prepares before it is asked";
        }
        boolean justThere = !alone && System.nanoTime() - activeSinceNs < SETTLING_NS;
        return justThere ? "other processes to connect" : taken.awaited();
    }

    @Override
    public String trouble() {
        RingLifecycle taken = place;
        return taken == null ? null : taken.trouble();
    }

    @Override
    public Duration stopTimeout(Duration usual) {
        return leavesForGood() ? Ingester.MOST_FLUSH_TIME : usual;
    }

    private boolean leavesForGood() {
        return leaver != null && (leaver.leavesForGood() || !alone && leaver.flushesOnShutdown());
    }

    @Override
    public void stop() {
        RingLifecycle taken = place;
        if (taken == null) {
            return;
        }
        try {
            taken.leave();
            if (leavesForGood()) {
                goForGood(taken);
            }
        } finally {
            taken.close();
        }
    }

    private void goForGood(RingLifecycle taken) {
        if (!leaver.flushAll()) {
            LOG.error("not everything could be shipped: this instance stays on the {} ring, start it again", ring);
        } else if (taken.forget()) {
            LOG.info("everything is in the bucket, and this instance is off the {} ring", ring);
        } else {
            LOG.error(
                    "everything is in the bucket, but the store of the {} ring could not be told: this instance may be on the"
                            + " ring still, and count as missing for ever. When the store is back look at /{}/ring of a"
                            + " distributor, and forget it there",
                    ring,
                    ring);
        }
    }
}
