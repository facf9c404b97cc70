package io.engram.ring;

import io.engram.model.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes this process onto a ring and off it, shows by a heartbeat that it is there, and puts right what the store loses of
 * it. Safe for all threads.
 */
public final class RingLifecycle implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RingLifecycle.class);
    private static final long RETRY_MS = 500;

    private final KeyValueStore store;
    private final RingKeys keys;
    private final ScheduledExecutorService worker;
    private Registration registration; // guarded by this
    private KeyValueStore.Watch presence; // guarded by this
    private KeyValueStore.Watch watch; // guarded by this
    private volatile boolean closed;
    private volatile String awaited;
    private volatile String trouble;

    /** @param id of this instance; on a restart the same, so that it takes up its tokens */
    public RingLifecycle(KeyValueStore store, String ringName, String id, String address, String zone) {
        this(store, ringName, id, address, zone, Clock.system());
    }

    /** @param clock tells when the instance came onto the ring */
    public RingLifecycle(KeyValueStore store, String ringName, String id, String address, String zone, Clock clock) {
        this.store = store;
        this.keys = new RingKeys(ringName);
        this.registration = Registration.joining(id, address, zone, clock.nowMs());
        this.worker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("ring-" + ringName + "-" + id).daemon().factory());
    }

    /**
     * Registers with tokens, those of an earlier life where there are any; not written to before {@link #activate}. Waits
     * for the store where it is away, and for two session timeouts where the id's last process seems to live.
     *
     * @throws IllegalStateException where another process has this id and is there, or this one was {@linkplain #close
     *     closed} or interrupted
     */
    public void join() {
        settle();
        synchronized (this) {
            if (presence == null) {
                presence = store.present(keys.heartbeat(registration.self().id()));
                watch = store.watch(keys.instance(registration.self().id()), _ -> inBackground(0));
            }
        }
    }

    /** From here on it is written to; waits for the store where it is away. */
    public void activate() {
        become(Instance.State.ACTIVE);
        settle();
    }

    /** No more writes; still on the ring, for readers. Said later where the store is away. */
    public void leave() {
        become(Instance.State.LEAVING);
        settleSoon();
    }

    /** Whether it takes no new samples, by an operator's word; kept over restarts. Said later where the store is away. */
    public void readOnly(boolean now) {
        synchronized (this) {
            registration = registration.readOnly(now);
        }
        settleSoon();
    }

    /**
     * Gone, with its tokens. Said later where the store is away, if this is not {@linkplain #close closed} before.
     *
     * @return whether it is off the ring, and that is known
     */
    public boolean forget() {
        synchronized (this) {
            registration = registration.gone();
        }
        boolean settled = settleSoon();
        endPresence();
        return settled;
    }

    private synchronized void become(Instance.State state) {
        if (presence == null) {
            throw new IllegalStateException(
                    registration.self().id() + " is not on the " + keys.name() + " ring, join first");
        }
        registration = registration.becoming(state);
    }

    /** What {@link #join} or {@link #activate} waits for, for people; null where they wait for nothing. */
    public String awaited() {
        return awaited;
    }

    /** What is wrong with this process' place on the ring, for people; null where nothing is. */
    public String trouble() {
        return trouble;
    }

    /** Returns when the store says what it should. */
    private void settle() {
        long takenMs = 0;
        try {
            while (true) {
                try {
                    Registration.Step step = settleNow();
                    if (!(step instanceof Registration.Step.Taken(String message))) {
                        return;
                    }
                    if (takenMs > 2 * store.sessionTimeoutMs()) {
                        throw new IllegalStateException(message);
                    }
                    awaited = message;
                    takenMs += pause(RETRY_MS);
                } catch (StoreUnavailableException e) {
                    awaited = "the store of the " + keys.name() + " ring: " + e.getMessage();
                    LOG.atDebug().setCause(e).log("waiting for the store of the {} ring", keys.name());
                    pause(RETRY_MS);
                }
            }
        } finally {
            awaited = null;
        }
    }

    /** Tries once, and goes on in the background where that is not enough; whether the store says what it should. */
    private boolean settleSoon() {
        try {
            if (settleNow() instanceof Registration.Step.Taken(String message)) {
                if (trouble == null) {
                    LOG.error("{}", message);
                }
                trouble = message;
                return false;
            }
            trouble = null;
            return true;
        } catch (StoreUnavailableException e) {
            LOG.warn("the {} ring hears later from this process: {}", keys.name(), e.getMessage());
            inBackground(RETRY_MS);
            return false;
        }
    }

    /** Takes no lock: the store calls it while it holds its own. */
    private void inBackground(long afterMs) {
        try {
            worker.schedule(this::settleQuietly, afterMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the process stops, and says no more to the {} ring", keys.name());
        }
    }

    private void settleQuietly() {
        try {
            settleSoon();
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.error("the {} ring cannot hear from this process", keys.name(), e);
                inBackground(RETRY_MS);
            }
        }
    }

    /** Reads, decides and writes until there is nothing to write any more. */
    private synchronized Registration.Step settleNow() {
        while (true) {
            if (closed) {
                throw new IllegalStateException("this process is off the " + keys.name() + " ring, it stops");
            }
            Roll seen = Roll.read(store, keys, registration.self().id());
            Registration.Step step = registration.step(seen);
            switch (step) {
                case Registration.Step.Settled(Registration settled) -> {
                    registration = settled;
                    return step;
                }
                case Registration.Step.Taken _ -> {
                    return step;
                }
                case Registration.Step.Write write -> {
                    if (store.commit(changes(write, seen))) {
                        registration = write.registration();
                    } else {
                        // Many that start together take turns sooner where they do not ask all at once.
                        pause(ThreadLocalRandom.current().nextLong(1, 20));
                    }
                }
            }
        }
    }

    private List<KeyValueStore.Change> changes(Registration.Step.Write write, Roll seen) {
        String id = write.registration().self().id();
        List<KeyValueStore.Change> changes = new ArrayList<>();
        byte[] value = write.instance() == null ? null : InstanceCodec.encode(write.instance());
        changes.add(new KeyValueStore.Change(keys.instance(id), write.expectedVersion(), value));
        if (write.claims()) {
            changes.add(new KeyValueStore.Change(keys.claim(), seen.claimVersion(), new byte[0]));
        }
        return changes;
    }

    private synchronized long pause(long ms) {
        try {
            wait(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while it waits for the " + keys.name() + " ring", e);
        }
        if (closed) {
            throw new IllegalStateException("closed while it waits for the " + keys.name() + " ring");
        }
        return ms;
    }

    private void endPresence() {
        List<KeyValueStore.Watch> ended = new ArrayList<>();
        synchronized (this) {
            if (presence != null) {
                ended.add(watch);
                ended.add(presence);
            }
            presence = null;
            watch = null;
        }
        ended.forEach(KeyValueStore.Watch::close);
    }

    /** The process stops: its heartbeat ends; what is on the ring of it stays. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        worker.shutdownNow();
        endPresence();
    }
}
