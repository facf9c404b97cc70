package io.engram.benchmarks.e2e;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A kept-alive HTTP/1.1 connection that posts remote write bodies: a bare socket, because the generator shares the machine. */
final class PushConnection implements AutoCloseable {
    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;
    private final String head;
    private final byte[] line = new byte[8192];

    PushConnection(int port, String path, Protocol protocol) throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress("127.0.0.1", port), 5000);
        out = socket.getOutputStream();
        in = new BufferedInputStream(socket.getInputStream());
        head = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nContent-Type: " + protocol.contentType
                + "\r\nContent-Encoding: snappy\r\nX-Prometheus-Remote-Write-Version: " + protocol.versionHeader
                + "\r\nUser-Agent: engram-benchmark\r\nContent-Length: ";
    }

    /** Sends one request and reads its whole answer; anything but 2xx is an error with the answer's text. */
    void post(byte[] body, int length) throws IOException {
        out.write((head + length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(body, 0, length);
        out.flush();
        int status = Integer.parseInt(readLine().split(" ")[1]);
        int contentLength = 0;
        boolean chunked = false;
        for (String header = readLine(); !header.isEmpty(); header = readLine()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                contentLength = Integer.parseInt(lower.substring(15).trim());
            }
            chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
        }
        StringBuilder text = new StringBuilder();
        if (chunked) {
            for (int n = Integer.parseInt(readLine(), 16); n > 0; n = Integer.parseInt(readLine(), 16)) {
                text.append(new String(in.readNBytes(n), StandardCharsets.UTF_8));
                readLine();
            }
            readLine();
        } else if (contentLength > 0) {
            text.append(new String(in.readNBytes(contentLength), StandardCharsets.UTF_8));
        }
        if (status / 100 != 2) {
            throw new IOException("answered " + status + ": " + text);
        }
    }

    private String readLine() throws IOException {
        int n = 0;
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the server closed the connection");
            }
            line[n++] = (byte) b;
        }
        return new String(line, 0, n, StandardCharsets.US_ASCII).trim();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
