package io.engram.server.lifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts components one after the other and stops them in the reverse order. States may be read by any thread. */
public final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    private final List<Entry> entries = new ArrayList<>();
    private final Duration stopTimeout;
    private volatile boolean stopping;

    /**
     * How a component is.
     *
     * @param awaited what it waits for, or null
     * @param trouble what does not go as it should although it serves, or null
     */
    public record Status(String name, State state, String awaited, String trouble) {}

    private static final class Entry {
        final Component component;
        volatile State state = State.NEW;

        Entry(Component component) {
            this.component = component;
        }
    }

    /** @param stopTimeout how long the stop of one component may take before the next one's turn comes, unless it says otherwise */
    public Lifecycle(List<Component> components, Duration stopTimeout) {
        components.forEach(component -> entries.add(new Entry(component)));
        this.stopTimeout = stopTimeout;
    }

    /** Starts all; where one fails, what was started is stopped again. */
    public void start() throws Exception {
        for (Entry entry : entries) {
            if (stopping) {
                return;
            }
            entry.state = State.STARTING;
            try {
                entry.component.start();
            } catch (Exception e) {
                entry.state = State.FAILED;
                LOG.atError()
                        .addKeyValue("component", entry.component.name())
                        .setCause(e)
                        .log("start failed");
                stopQuietly(entry);
                stop();
                throw e;
            }
            entry.state = State.RUNNING;
            LOG.atInfo().addKeyValue("component", entry.component.name()).log("running");
        }
    }

    /** Says that the end has come: from now on nothing is ready. */
    public void announceStop() {
        stopping = true;
    }

    /** Stops what runs, last started first; each within the time that it has. */
    public void stop() {
        stopping = true;
        for (Entry entry : entries.reversed()) {
            if (entry.state == State.RUNNING || entry.state == State.STARTING) {
                entry.state = State.STOPPING;
                entry.state = stopQuietly(entry) ? State.TERMINATED : State.FAILED;
            } else if (entry.state == State.NEW) {
                entry.state = State.TERMINATED;
            }
        }
    }

    private boolean stopQuietly(Entry entry) {
        CountDownLatch done = new CountDownLatch(1);
        Duration timeout = entry.component.stopTimeout(stopTimeout);
        boolean[] clean = {true};
        Thread.ofPlatform().daemon().name("stop-" + entry.component.name()).start(() -> {
            try {
                entry.component.stop();
            } catch (Exception e) {
                clean[0] = false;
                LOG.atError()
                        .addKeyValue("component", entry.component.name())
                        .setCause(e)
                        .log("stop failed");
            } finally {
                done.countDown();
            }
        });
        try {
            if (done.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return clean[0];
            }
            LOG.atError()
                    .addKeyValue("component", entry.component.name())
                    .addKeyValue("timeout", timeout)
                    .log("stop takes too long, going on without it");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    public List<Status> statuses() {
        return entries.stream()
                .map(entry -> new Status(
                        entry.component.name(), entry.state, entry.component.awaited(), entry.component.trouble()))
                .toList();
    }

    /** Who is not ready and what it waits for ({@code ingester: replaying 63 %}); null where all are ready. */
    public String awaited() {
        if (stopping) {
            return "stopping";
        }
        if (allReady()) {
            return null;
        }
        List<String> missing = new ArrayList<>();
        for (Status status : statuses()) {
            if (status.awaited != null) {
                missing.add(status.name + ": " + status.awaited);
            } else if (status.state != State.RUNNING) {
                missing.add(status.name + ": " + status.state.name().toLowerCase(Locale.ROOT));
            }
        }
        return missing.isEmpty() ? null : String.join("; ", missing);
    }

    /** What components say of their troubles, a line each; empty where all is well. */
    public List<String> troubles() {
        return statuses().stream()
                .filter(status -> status.trouble != null)
                .map(status -> status.name + ": " + status.trouble)
                .toList();
    }

    /** Asked by every request, so it makes no garbage. */
    private boolean allReady() {
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (entry.state != State.RUNNING || entry.component.awaited() != null) {
                return false;
            }
        }
        return true;
    }

    /** As {@link #awaited}, but null from the first moment of a stop on: requests in flight must still be served. */
    public String awaitedByRequests() {
        return stopping ? null : awaited();
    }
}
