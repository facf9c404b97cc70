package io.engram.distributor;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.server.http.ByteBuf;
import io.engram.server.http.Endpoint;
import io.engram.server.http.Exchange;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;

/**
 * Answers remote write: 204 where everything is stored, 202 where some is another replica's to send, else a text that says what is not and why. Version 2.0 is told
 * with every answer how much is stored: a sender takes 204 without that for a receiver that understood nothing.
 */
final class RemoteWriteEndpoint implements Endpoint {
    /** Buffers for bodies that are kept for the next request, and how long one of these may be. */
    private static final int KEPT_BUFFERS = 256;

    private static final int KEPT_BUFFER_BYTES = 1 << 20;
    private static final int FIRST_BUFFER_BYTES = 64 << 10;

    private final long maxBodyBytes;
    private final ByteBudget inflight;
    private final Function<TenantId, TenantWrites> tenants;
    private final WritePath path;
    private final Deque<ByteBuf> buffers = new ArrayDeque<>(); // guarded by itself

    RemoteWriteEndpoint(
            long maxBodyBytes, ByteBudget inflight, Function<TenantId, TenantWrites> tenants, WritePath path) {
        this.maxBodyBytes = maxBodyBytes;
        this.inflight = inflight;
        this.tenants = tenants;
        this.path = path;
    }

    @Override
    public void handle(Exchange exchange) throws Exception {
        TenantId tenant = exchange.tenant();
        TenantWrites writes = tenants.apply(tenant);
        writes.requests.inc();
        long beginNs = System.nanoTime();
        WriteMessage message = WriteMessage.VERSION_1;
        Written written = Written.NOTHING;
        try {
            message = ContentRules.message(exchange.header("Content-Type"), exchange.header("Content-Encoding"));
            written = write(exchange, tenant, writes, message);
            if (written.refusal() != null) {
                if (written.retrySeconds() > 0) {
                    exchange.setHeader("Retry-After", Integer.toString(written.retrySeconds()));
                }
                throw written.refusal();
            }
        } catch (Failure failure) {
            writes.countRefusedRequest(failure.id());
            throw failure;
        } finally {
            writes.seconds.observe((System.nanoTime() - beginNs) / 1e9);
            if (message == WriteMessage.VERSION_2) {
                exchange.setHeader("X-Prometheus-Remote-Write-Samples-Written", Integer.toString(written.samples()));
                exchange.setHeader(
                        "X-Prometheus-Remote-Write-Histograms-Written", Integer.toString(written.histograms()));
                exchange.setHeader(
                        "X-Prometheus-Remote-Write-Exemplars-Written", Integer.toString(written.exemplars()));
            }
        }
        exchange.answer(written.standby() ? 202 : 204);
    }

    private Written write(Exchange exchange, TenantId tenant, TenantWrites writes, WriteMessage message)
            throws Exception {
        long length = exchange.declaredLength();
        if (length > maxBodyBytes) {
            throw new Failure(
                    ErrorId.REQUEST_TOO_LARGE,
                    "the body has " + length + " bytes and may have " + maxBodyBytes
                            + " (distributor.max-recv-msg-size)");
        }
        // Who does not say how much is coming is taken to send as much as may be.
        long reserved = length < 0 ? maxBodyBytes : length;
        inflight.reserve(reserved);
        ByteBuf buffer = takeBuffer();
        try {
            exchange.readBody(buffer, maxBodyBytes);
            writes.receivedBytes.inc(buffer.length());
            return path.write(tenant, writes, new Body.SnappyBlock(message, buffer.array(), buffer.length()));
        } finally {
            giveBuffer(buffer);
            inflight.release(reserved);
        }
    }

    private ByteBuf takeBuffer() {
        synchronized (buffers) {
            ByteBuf buffer = buffers.pollFirst();
            return buffer != null ? buffer : new ByteBuf(FIRST_BUFFER_BYTES);
        }
    }

    private void giveBuffer(ByteBuf buffer) {
        synchronized (buffers) {
            if (buffers.size() < KEPT_BUFFERS && buffer.array().length <= KEPT_BUFFER_BYTES) {
                buffers.addFirst(buffer);
            }
        }
    }
}
