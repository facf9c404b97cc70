package io.engram.proto.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.engram.model.TenantId;
import io.engram.proto.Select;
import io.engram.proto.cluster.v1.SelectQuery;
import io.engram.proto.cluster.v1.SelectRequest;
import io.engram.proto.cluster.v1.SelectResponse;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A transport that says itself when it has room, to see that nobody sends before. */
class OutboundTest {
    private static final class SlowCall extends ServerCall<SelectRequest, SelectResponse> {
        final LinkedBlockingQueue<SelectResponse> sent = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<Status> closed = new LinkedBlockingQueue<>();
        /** Is asked for by whoever wants to send. */
        final Semaphore asked = new Semaphore(0);

        final AtomicInteger room = new AtomicInteger();
        final AtomicInteger requested = new AtomicInteger();

        @Override
        public void request(int count) {
            requested.addAndGet(count);
        }

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(SelectResponse message) {
            room.decrementAndGet();
            sent.add(message);
        }

        @Override
        public boolean isReady() {
            boolean ready = room.get() > 0;
            if (!ready) {
                asked.release();
            }
            return ready;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            closed.add(status);
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public Attributes getAttributes() {
            return Attributes.EMPTY;
        }

        @Override
        public MethodDescriptor<SelectRequest, SelectResponse> getMethodDescriptor() {
            return Methods.select(Methods.INGESTER);
        }
    }

    @Test
    void nothingIsFetchedFarAheadOfWhatIsRead() throws Exception {
        FakeCursor cursor = new FakeCursor(4_000, 20_000, Set.of()); // 256 series are 15 MB
        AtomicInteger batches = new AtomicInteger();
        SelectMethod<FakeCursor> method = new SelectMethod<>(_ -> cursor, _ -> List.of());
        SlowCall call = new SlowCall();
        ServerCall.Listener<SelectRequest> client = method.startCall(call, new Metadata());
        client.onMessage(SelectRequest.newBuilder()
                .setQuery(Messages.of(new Select.Query(new TenantId("a"), List.of(), 0, 1)))
                .build());
        letThrough(call, client, 1);
        assertEquals(SelectResponse.WhatCase.FOUND, call.sent.take().getWhatCase());
        letThrough(call, client, 1);
        assertEquals(SelectResponse.WhatCase.SERIES, call.sent.take().getWhatCase());
        while (call.requested.get() < 2) {
            Thread.onSpinWait();
        }
        SelectRequest.Fetch.Builder all = SelectRequest.Fetch.newBuilder().setId(1);
        for (int i = 0; i < 4_000; i++) {
            all.addOrdinalStep(i == 0 ? 0 : 1);
        }
        for (int i = 1; i <= SelectMethod.MAX_RUNNING; i++) {
            client.onMessage(SelectRequest.newBuilder().setFetch(all.setId(i)).build());
        }
        // No room: each of them holds one batch, and no further request is read.
        assertEquals(SelectMethod.MAX_RUNNING + 1, call.requested.get());
        letThrough(call, client, 3);
        for (int i = 0; i < 3; i++) {
            call.sent.take();
        }
        assertEquals(0, call.sent.size());
        client.onCancel();
        cursor.closed.await();
        assertEquals(false, cursor.closedUnderAFetch);
        assertEquals(0, batches.get());
        assertEquals(0, call.sent.size());
    }

    private static void letThrough(SlowCall call, ServerCall.Listener<SelectRequest> client, int messages)
            throws InterruptedException {
        for (int i = 0; i < messages; i++) {
            call.asked.acquire(); // somebody waits
            call.room.incrementAndGet();
            client.onReady();
        }
    }

    @Test
    void whoWaitsIsToldThatTheClientIsGone() throws Exception {
        SlowCall call = new SlowCall();
        Outbound<SelectResponse> out = new Outbound<>(call);
        Thread gone = Thread.startVirtualThread(() -> {
            call.asked.acquireUninterruptibly();
            out.cancelled();
        });
        assertThrows(CancellationException.class, () -> out.send(SelectResponse.getDefaultInstance()));
        gone.join();
        out.complete();
        assertEquals(0, call.closed.size());
    }

    @Test
    void aQueryMustComeFirstAndOnce() throws Exception {
        SelectMethod<FakeCursor> method = new SelectMethod<>(_ -> new FakeCursor(1, 1, Set.of()), _ -> List.of());
        SlowCall call = new SlowCall();
        ServerCall.Listener<SelectRequest> client = method.startCall(call, new Metadata());
        client.onMessage(SelectRequest.newBuilder()
                .setFetch(SelectRequest.Fetch.newBuilder().setId(1))
                .build());
        assertEquals(Status.Code.INTERNAL, call.closed.take().getCode());
        SlowCall second = new SlowCall();
        second.room.set(10);
        client = method.startCall(second, new Metadata());
        SelectRequest query = SelectRequest.newBuilder()
                .setQuery(SelectQuery.newBuilder().setTenant("a"))
                .build();
        client.onMessage(query);
        client.onMessage(query);
        assertEquals(Status.Code.INTERNAL, second.closed.take().getCode());
    }
}
