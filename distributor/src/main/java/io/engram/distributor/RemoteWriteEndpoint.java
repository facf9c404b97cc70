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

/** Answers remote write 1.0: 204 where everything is stored, else a text that says what is not and why. */
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
        try {
            ContentRules.check(exchange.header("Content-Type"), exchange.header("Content-Encoding"));
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
                path.write(tenant, writes, new Body.SnappyBlock(buffer.array(), buffer.length()));
            } finally {
                giveBuffer(buffer);
                inflight.release(reserved);
            }
        } catch (Failure failure) {
            writes.countRefusedRequest(failure.id());
            throw failure;
        } finally {
            writes.seconds.observe((System.nanoTime() - beginNs) / 1e9);
        }
        exchange.answer(204);
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
