package io.engram.ring;

import io.engram.model.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest ring that this process has seen, with who is healthy; losing the store stops changes, never traffic. Safe for
 * all threads.
 */
public final class RingView implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RingView.class);

    private final KeyValueStore store;
    private final RingKeys keys;
    private final RingState.Times times;
    /** Of the time that goes by, whatever the wall clock does. */
    private final Clock clock;

    private final List<KeyValueStore.Watch> watches;
    private final ScheduledExecutorService ticker;
    private RingState state = RingState.EMPTY; // guarded by this
    private volatile boolean seen;
    private volatile Ring ring = Ring.EMPTY;

    /**
     * A ring that dead instances stay on until an operator says otherwise.
     *
     * @param name of the ring: {@code ingester}
     */
    public RingView(KeyValueStore store, String name) {
        this(store, name, Duration.ZERO, true);
    }

    /**
     * @param forgetAfter for how long an instance must be unhealthy before it is taken off the ring; 0 for never
     * @param called whether others call the members. Where they do, and many vanish at once, nobody is unhealthy: the outcome
     *     of calls decides
     */
    public RingView(KeyValueStore store, String name, Duration forgetAfter, boolean called) {
        this(store, name, forgetAfter, called, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        long periodMs = Math.max(50, store.sessionTimeoutMs() / 4);
        ticker.scheduleWithFixedDelay(this::tick, periodMs, periodMs, TimeUnit.MILLISECONDS);
    }

    /** A view whose time goes by when {@link #tick} is called. */
    RingView(KeyValueStore store, String name, Duration forgetAfter, boolean called, Clock clock) {
        this.store = store;
        this.keys = new RingKeys(name);
        this.times = new RingState.Times(2 * store.sessionTimeoutMs(), forgetAfter.toMillis(), called);
        this.clock = clock;
        this.ticker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("ring-view-" + name).daemon().factory());
        apply(new RingEvent.Tick(connected()));
        this.watches = List.of(
                store.watchFolder(keys.heartbeats(), all -> apply(new RingEvent.Heartbeats(all.keySet()))),
                store.watchFolder(keys.instances(), this::acceptInstances));
    }

    public Ring ring() {
        return ring;
    }

    /** How old the ring may be, in ms: 0 while the store is connected. */
    public long ageMs() {
        return store.lastHeardMs();
    }

    /** Whether the store is there now. */
    public boolean connected() {
        return store.awaited() == null;
    }

    /** What is waited for, for people, until the ring was seen for the first time; null from then on. */
    public String awaited() {
        if (seen) { // asked by every request
            return null;
        }
        String awaited = store.awaited();
        return "the " + keys.name() + " ring" + (awaited == null ? "" : " from " + awaited);
    }

    /** What operators look at: a line for each instance. */
    public synchronized List<InstanceStatus> status() {
        return InstanceStatus.of(ring, state.health(), clock.nowMs());
    }

    private void acceptInstances(Map<String, KeyValueStore.Versioned> values) {
        Map<String, Registered> known;
        synchronized (this) {
            known = state.stored();
        }
        Map<String, Registered> all = new HashMap<>();
        values.forEach((id, value) -> {
            Registered before = known.get(id);
            Registered now = before != null && before.version() == value.version() ? before : decode(id, value, before);
            if (now != null) {
                all.put(id, now);
            }
        });
        apply(new RingEvent.Instances(all));
        seen = true;
    }

    private Registered decode(String id, KeyValueStore.Versioned value, Registered before) {
        try {
            Instance instance = InstanceCodec.decode(value.value());
            if (!instance.id().equals(id)) {
                throw new IllegalArgumentException("it is of " + instance.id());
            }
            return new Registered(instance, value.version());
        } catch (IllegalArgumentException e) {
            LOG.error(
                    "cannot read {} at version {}, going on with what it was: {}",
                    keys.instance(id),
                    value.version(),
                    e.getMessage());
            return before;
        }
    }

    void tick() {
        List<Registered> dead = apply(new RingEvent.Tick(connected()));
        for (Registered instance : dead) {
            forget(instance);
        }
    }

    private void forget(Registered dead) {
        String id = dead.instance().id();
        try {
            // Whoever else saw it was faster where this writes nothing.
            if (store.commit(List.of(KeyValueStore.Change.delete(keys.instance(id), dead.version())))) {
                LOG.warn("{} was not heard from for {} ms and is off the {} ring", id, times.forgetMs(), keys.name());
            }
        } catch (StoreUnavailableException e) {
            LOG.debug("{} is forgotten later", id, e);
        }
    }

    /** Returns who is to be taken off the ring. */
    private synchronized List<Registered> apply(RingEvent event) {
        RingState.Step step = state.step(event, clock.nowMs(), times);
        for (String id : step.state().health().unhealthy()) {
            if (!state.health().unhealthy().contains(id)) {
                LOG.warn("{} is not heard from any more on the {} ring", id, keys.name());
            }
        }
        state = step.state();
        ring = ring.updated(state.judged());
        return step.forget();
    }

    @Override
    public void close() {
        watches.forEach(KeyValueStore.Watch::close);
        ticker.shutdownNow();
    }
}
