package io.engram.server.lifecycle;

import io.engram.server.ServerConfig;
import io.engram.server.http.HttpServer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The course of a process from its start to exit code 0. The port opens first, so that {@code /ready} can say how far
 * the start is, and closes before the components stop, so that none of them meets a request:
 *
 * <ol>
 *   <li>open the port, start the components;
 *   <li>on SIGTERM or SIGINT: {@code /ready} says no, for {@code server.shutdown-delay} everything is still served;
 *   <li>finish the requests in flight and close the port;
 *   <li>stop the components in the reverse of their start.
 * </ol>
 */
public final class ServerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

    private final ServerConfig config;
    private final HttpServer http;
    private final Lifecycle lifecycle;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile boolean listening;
    private final CountDownLatch ended = new CountDownLatch(1);

    public ServerProcess(ServerConfig config, HttpServer http, Lifecycle lifecycle) {
        this.config = config;
        this.http = http;
        this.lifecycle = lifecycle;
    }

    /** Returns when everything runs; where something cannot, all is stopped again. */
    public void start() throws Exception {
        http.start();
        listening = true;
        LOG.atInfo().addKeyValue("port", http.port()).log("listening");
        try {
            lifecycle.start();
        } catch (Exception e) {
            stop();
            throw e;
        }
    }

    /** Goes through the orderly end; a second call waits for the first. */
    public void stop() {
        if (!stopped.compareAndSet(false, true)) {
            awaitEnd();
            return;
        }
        try {
            if (listening) {
                LOG.info("stopping");
                lifecycle.announceStop();
                pause();
            }
            http.stop();
            lifecycle.stop();
            if (listening) {
                LOG.info("stopped");
            }
        } finally {
            ended.countDown();
        }
    }

    private void pause() {
        try {
            Thread.sleep(config.shutdownDelay());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes SIGTERM and SIGINT stop the process in order, with exit code 0 (the JVM's own would be 143). */
    public void stopOnSignal() {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            if (!stopped.get()) {
                stop();
                Runtime.getRuntime().halt(0);
            }
        }));
    }

    /** Blocks until {@link #stop} is through. */
    public void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
