package io.engram.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections on which a request's headers, or a TLS handshake, come byte by byte. Jetty's idle timeout starts
 * anew with each byte, so such a connection would stay for ever.
 *
 * <p>A few times per deadline it looks at every connection whose parser is between the first byte of a request and the
 * end of its headers. So a connection lives for up to a third longer than the deadline.
 */
final class HeaderDeadline extends AbstractLifeCycle implements Connection.Listener {
    private static final int LOOKS_PER_DEADLINE = 3;

    private final long deadlineNs;
    private final Map<Connection, Watch> watches = new ConcurrentHashMap<>();
    private final Scheduler scheduler = new ScheduledExecutorScheduler("http-header-deadline", true);

    /** What was seen at the last look. Used by the scheduler's thread only. */
    private static final class Watch {
        boolean waiting;
        /** Which request of the connection is waited for, by how many came before it. */
        long messagesBefore;

        long sinceNs;
    }

    HeaderDeadline(Duration deadline) {
        this.deadlineNs = deadline.toNanos();
    }

    @Override
    protected void doStart() throws Exception {
        scheduler.start();
        schedule();
    }

    @Override
    protected void doStop() throws Exception {
        scheduler.stop();
    }

    private void schedule() {
        scheduler.schedule(
                () -> {
                    watches.forEach((connection, watch) -> look(connection, watch, System.nanoTime()));
                    if (isRunning() || isStarting()) {
                        schedule();
                    }
                },
                deadlineNs / LOOKS_PER_DEADLINE,
                TimeUnit.NANOSECONDS);
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof HttpConnection || connection instanceof SslConnection) {
            watches.put(connection, new Watch());
        }
    }

    @Override
    public void onClosed(Connection connection) {
        watches.remove(connection);
    }

    private void look(Connection connection, Watch watch, long nowNs) {
        boolean waiting = waiting(connection);
        long messagesBefore = connection.getMessagesIn();
        if (!waiting || !watch.waiting || watch.messagesBefore != messagesBefore) {
            watch.waiting = waiting;
            watch.messagesBefore = messagesBefore;
            watch.sinceNs = nowNs;
        } else if (nowNs - watch.sinceNs >= deadlineNs) {
            connection.getEndPoint().close();
        }
    }

    private static boolean waiting(Connection connection) {
        return switch (connection) {
            case HttpConnection http ->
                http.getParser().inHeaderState() && !http.getParser().isStart();
            case SslConnection tls ->
                tls.getSSLEngine().getSession().getProtocol().equals("NONE");
            default -> false;
        };
    }
}
