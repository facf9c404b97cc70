package io.engram.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The network between a port of its own and another one of this machine, which a test may break. */
final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    /** How the network is. */
    enum Link {
        /** As it should be. */
        WHOLE,
        /** Everything vanishes on the way, and nobody is told: connections stay, and new ones are never answered. */
        SILENT,
        /** What is asked arrives, the answers vanish. */
        ANSWERS_LOST,
        /** Connections are cut, and new ones refused. */
        REFUSED
    }

    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile int target; // 0 is nowhere yet
    private ServerSocket listener; // these are guarded by this
    private Link link = Link.WHOLE;
    private boolean closed;

    private TcpProxy(ServerSocket listener) {
        this.port = listener.getLocalPort();
        this.listener = listener;
        accept(listener);
    }

    /** On a port that is free. */
    static TcpProxy listening() throws IOException {
        return new TcpProxy(listen(0));
    }

    static TcpProxy to(int target) throws IOException {
        TcpProxy proxy = listening();
        proxy.lead(target);
        return proxy;
    }

    /** From now on, to this port; before, connections are cut. */
    void lead(int target) {
        this.target = target;
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return listener;
    }

    int port() {
        return port;
    }

    /** Breaks the network, or mends it; what was on its way in silence arrives then, as TCP has it. */
    synchronized void set(Link link) throws IOException {
        this.link = link;
        notifyAll();
        if (link == Link.REFUSED) {
            listener.close();
            sockets.forEach(TcpProxy::cut);
        } else if (listener.isClosed()) {
            listener = listen(port);
            accept(listener);
        }
    }

    private void accept(ServerSocket from) {
        Thread.ofVirtual().name("proxy-" + port).start(() -> {
            try {
                while (true) {
                    Socket client = from.accept();
                    Thread.ofVirtual().start(() -> carry(client));
                }
            } catch (IOException _) {
                // closed
            }
        });
    }

    /** All that is said on a connection, until both sides have ended it or it is cut. */
    private void carry(Socket client) {
        try (client;
                Socket server = new Socket()) {
            sockets.add(client);
            sockets.add(server);
            if (refuses()) {
                cut(client);
                return;
            }
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread asking = Thread.ofVirtual().start(() -> pump(client, server, Link.SILENT));
            pump(server, client, Link.ANSWERS_LOST);
            asking.join();
        } catch (IOException | InterruptedException _) {
            cut(client);
        } finally {
            sockets.removeIf(Socket::isClosed);
        }
    }

    private synchronized boolean refuses() {
        return link == Link.REFUSED || closed || target == 0;
    }

    /** @param stopping what else stops it, beside silence */
    private void pump(Socket from, Socket to, Link stopping) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                awaitPassage(stopping);
                out.write(buffer, 0, count);
            }
            awaitPassage(stopping);
            to.shutdownOutput();
        } catch (IOException | InterruptedException _) {
            cut(from);
            cut(to);
        }
    }

    private synchronized void awaitPassage(Link stopping) throws InterruptedException {
        while (!closed && (link == Link.SILENT || link == stopping)) {
            wait();
        }
    }

    private static void cut(Socket socket) {
        try {
            socket.setSoLinger(true, 0); // a reset, not an orderly end
            socket.close();
        } catch (IOException _) {
            // closed already
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sockets.forEach(TcpProxy::cut);
    }
}
