package io.engram.distributor.ha;

import io.engram.server.lifecycle.Component;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the elections once a second, from a thread of its own. */
public final class HaWatch implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(HaWatch.class);
    private static final long INTERVAL_MS = 1000;
    private static final long STOP_SECONDS = 10;

    private final Consumer<Executor> look;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("ha-tracker").daemon().factory());
    private final ExecutorService takeOvers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("ha-take-over-", 0).factory());

    /** @param look looks once, and has what takes its time run by the executor */
    public HaWatch(Consumer<Executor> look) {
        this.look = look;
    }

    @Override
    public String name() {
        return "ha-tracker";
    }

    @Override
    public void start() {
        timer.scheduleWithFixedDelay(this::tick, INTERVAL_MS, INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            look.accept(takeOvers);
        } catch (RuntimeException e) {
            LOG.error("HA tracker: looking at the elections failed", e); // the next round tries again
        }
    }

    /** Stops the rounds, and waits for held writes that are being written. */
    @Override
    public void stop() {
        timer.shutdown();
        takeOvers.shutdown();
        try {
            if (!timer.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)
                    || !takeOvers.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                timer.shutdownNow();
                takeOvers.shutdownNow();
            }
        } catch (InterruptedException e) {
            takeOvers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
