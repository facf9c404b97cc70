package io.engram.ring.zookeeper;

import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the server is there, and since when not. */
final class Connection implements ConnectionStateListener {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final String server;
    private boolean connected; // guarded by this
    /** By {@link System#nanoTime}: when it was last there, or first asked for. */
    private long heardNs = System.nanoTime(); // guarded by this

    Connection(String server) {
        this.server = server;
    }

    @Override
    public synchronized void stateChanged(CuratorFramework client, ConnectionState state) {
        if (connected && !state.isConnected()) {
            heardNs = System.nanoTime();
            LOG.warn("{} is lost ({}): going on with the last rings seen", server, state);
        } else if (!connected && state.isConnected()) {
            LOG.info("{} is there, after {} ms", server, lastHeardMs());
        }
        connected = state.isConnected();
        notifyAll();
    }

    /** Returns whether it is there, at the latest after {@code timeoutMs}. */
    synchronized boolean await(long timeoutMs) throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (!connected) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }

    synchronized long lastHeardMs() {
        return connected ? 0 : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heardNs);
    }

    synchronized String awaited() {
        return connected ? null : server + ", for " + lastHeardMs() / 1000 + " s";
    }
}
