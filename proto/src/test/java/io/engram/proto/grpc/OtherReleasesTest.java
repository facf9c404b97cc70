package io.engram.proto.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.engram.proto.cluster.v1.PushRequest;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Instances of two releases side by side, as while a cluster is rolled. {@code calls.released} has every call as the first
 * release made and answered it, byte by byte; a call that is new is added to its end and stays as it is from then on.
 */
class OtherReleasesTest {
    private static final FileDescriptor FILE = PushRequest.getDescriptor().getFile();
    private static final Map<String, MethodDescriptor> METHODS = FILE.getServices().stream()
            .flatMap(service -> service.getMethods().stream())
            .collect(Collectors.toMap(
                    method -> method.getService().getFullName() + "/" + method.getName(), method -> method));

    private TestPeer peer;
    private List<String> brought;

    @BeforeEach
    void start() throws Exception {
        try (TestPeer today = peer()) {
            brought = calls(today.address());
        }
        peer = peer(); // knows no series
    }

    @AfterEach
    void stop() {
        peer.close();
    }

    private static TestPeer peer() throws Exception {
        return new TestPeer(EveryCall.ingester().service(), new StoreGatewayService(EveryCall.blocks()));
    }

    private static List<String> calls(String address) throws InterruptedException {
        try (Connections connections = new Connections(TestPeer.config(), "test");
                IngesterClient ingester = connections.ingester(address);
                StoreGatewayClient gateway = connections.storeGateway(address)) {
            return EveryCall.make(ingester, gateway);
        }
    }

    private static Transcript released() throws Exception {
        try (InputStream in = OtherReleasesTest.class.getResourceAsStream("/calls.released")) {
            return Transcript.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void everyMethodIsAmongTheReleasedCalls() throws Exception {
        Transcript now = new Transcript();
        try (WireTap tap = new WireTap(peer.address(), now::add)) {
            assertEquals(brought, calls(tap.address()));
        }
        TreeSet<String> methods = new TreeSet<>();
        released().calls().values().forEach(call -> methods.add(call.method()));
        assertEquals(
                new TreeSet<>(METHODS.keySet()),
                methods,
                () -> "add the lines of what is missing to src/test/resources/calls.released; all are now:\n" + now);
    }

    @Test
    void anOlderClientIsAnsweredAsEver() throws Exception {
        AtomicInteger number = new AtomicInteger();
        for (Transcript.Call call : released().calls().values()) {
            MethodDescriptor method = METHODS.get(call.method());
            try (RawCall raw = new RawCall(peer.address(), call.method())) {
                List<byte[]> requests = call.requests();
                for (int i = 0; i < requests.size(); i++) {
                    raw.send(requests.get(i));
                    if (!method.isClientStreaming()) {
                        raw.halfClose();
                    }
                    for (byte[] before : call.answersTo(i)) {
                        assertKept(method.getOutputType(), before, raw.next(), number.get());
                    }
                }
                if (method.isClientStreaming()) {
                    raw.halfClose();
                }
                raw.awaitEnd();
            }
            number.incrementAndGet();
        }
    }

    @Test
    void anOlderServerUnderstandsAndIsUnderstood() throws Exception {
        List<Transcript.Call> calls = List.copyOf(released().calls().values());
        AtomicInteger next = new AtomicInteger();
        List<Throwable> misunderstood = new ArrayList<>();
        try (RawServer older = new RawServer(name -> (call, _) -> {
            int number = next.getAndIncrement();
            call.request(Integer.MAX_VALUE);
            call.sendHeaders(new Metadata());
            return new Replay(calls.get(number), number, call, misunderstood);
        })) {
            assertEquals(brought, calls(older.address()));
        }
        assertEquals(List.of(), misunderstood);
        assertEquals(calls.size(), next.get());
    }

    /** Answers as it was answered then, and holds what it is asked against what was asked then. */
    private static final class Replay extends ServerCall.Listener<byte[]> {
        private final Transcript.Call released;
        private final int number;
        private final ServerCall<byte[], byte[]> call;
        private final List<Throwable> misunderstood;
        private int requests;

        Replay(Transcript.Call released, int number, ServerCall<byte[], byte[]> call, List<Throwable> misunderstood) {
            this.released = released;
            this.number = number;
            this.call = call;
            this.misunderstood = misunderstood;
        }

        @Override
        public void onMessage(byte[] message) {
            try {
                assertEquals(released.method(), call.getMethodDescriptor().getFullMethodName());
                assertKept(
                        METHODS.get(released.method()).getInputType(),
                        released.requests().get(requests),
                        message,
                        number);
                released.answersTo(requests++).forEach(call::sendMessage);
            } catch (Throwable e) {
                misunderstood.add(e);
                call.close(Status.INTERNAL, new Metadata());
            }
        }

        @Override
        public void onHalfClose() {
            call.close(Status.OK, new Metadata());
        }
    }

    @Test
    void whatALaterReleaseAddsIsPassedOver() throws Exception {
        try (WireTap later = new WireTap(
                peer.address(),
                (_, method, isRequest, message) -> LaterFields.added(type(METHODS.get(method), isRequest), message))) {
            assertEquals(brought, calls(later.address()));
        }
    }

    private static Descriptor type(MethodDescriptor method, boolean isRequest) {
        return isRequest ? method.getInputType() : method.getOutputType();
    }

    /** Everything that was said then is said now, too; more may be. */
    private static void assertKept(Descriptor type, byte[] before, byte[] now, int number) {
        try {
            DynamicMessage was = DynamicMessage.parseFrom(type, before);
            DynamicMessage is = DynamicMessage.parseFrom(type, now);
            assertTrue(
                    isKept(was, is), () -> "call " + number + ", " + type.getName() + " was\n" + was + "and is\n" + is);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("call " + number + ", " + type.getName(), e);
        }
    }

    private static boolean isKept(Message was, Message is) {
        Map<FieldDescriptor, Object> now = new HashMap<>(is.getAllFields());
        return was.getAllFields().entrySet().stream().allMatch(entry -> {
            Object value = now.get(entry.getKey());
            if (value == null) {
                return false;
            }
            if (!entry.getKey().isRepeated()) {
                return isKeptValue(entry.getValue(), value);
            }
            List<?> before = (List<?>) entry.getValue();
            List<?> after = (List<?>) value;
            for (int i = 0; i < before.size(); i++) {
                if (before.size() != after.size() || !isKeptValue(before.get(i), after.get(i))) {
                    return false;
                }
            }
            return true;
        });
    }

    private static boolean isKeptValue(Object was, Object is) {
        return was instanceof Message message ? isKept(message, (Message) is) : was.equals(is);
    }
}
