package io.engram.proto.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.engram.model.TenantId;
import io.engram.model.write.WriteBatch;
import io.engram.proto.cluster.v1.PushRequest;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What instances of another release rely on: it may grow, never change. */
class IngesterProtoTest {
    private static final FileDescriptor FILE = PushRequest.getDescriptor().getFile();

    private static TreeSet<String> lines(FileDescriptor file) {
        TreeSet<String> lines = new TreeSet<>();
        file.getMessageTypes().forEach(message -> addMessage(message, lines));
        file.getEnumTypes().forEach(type -> addEnum(type, lines));
        for (ServiceDescriptor service : file.getServices()) {
            for (MethodDescriptor method : service.getMethods()) {
                lines.add("rpc %s (%s%s) (%s%s)"
                        .formatted(
                                method.getFullName(),
                                method.isClientStreaming() ? "stream " : "",
                                method.getInputType().getName(),
                                method.isServerStreaming() ? "stream " : "",
                                method.getOutputType().getName()));
            }
        }
        return lines;
    }

    private static void addMessage(Descriptor message, Set<String> lines) {
        for (FieldDescriptor field : message.getFields()) {
            String type =
                    switch (field.getType()) {
                        case MESSAGE -> field.getMessageType().getFullName();
                        case ENUM -> field.getEnumType().getFullName();
                        default -> field.getType().toString();
                    };
            lines.add("field %s = %d %s%s%s"
                    .formatted(
                            field.getFullName(),
                            field.getNumber(),
                            field.isRepeated() ? "repeated " : "",
                            type,
                            field.getContainingOneof() == null
                                    ? ""
                                    : " of " + field.getContainingOneof().getName()));
        }
        message.getNestedTypes().forEach(nested -> addMessage(nested, lines));
        message.getEnumTypes().forEach(nested -> addEnum(nested, lines));
    }

    private static void addEnum(EnumDescriptor type, Set<String> lines) {
        type.getValues()
                .forEach(value ->
                        lines.add("enum %s.%s = %d".formatted(type.getFullName(), value.getName(), value.getNumber())));
    }

    private static String resource(String name) throws Exception {
        try (InputStream in = IngesterProtoTest.class.getResourceAsStream("/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void fieldsAndMethodsNeverChange() throws Exception {
        TreeSet<String> released =
                new TreeSet<>(resource("ingester.proto.released").lines().toList());
        TreeSet<String> now = lines(FILE);
        TreeSet<String> gone = new TreeSet<>(released);
        gone.removeAll(now);
        assertEquals(Set.of(), gone, "changed or gone: instances of the release before would not be understood");
        TreeSet<String> added = new TreeSet<>(now);
        added.removeAll(released);
        assertEquals(Set.of(), added, "new: add these lines to src/test/resources/ingester.proto.released");
    }

    @Test
    void whatIsServedIsWhatTheFileSays() {
        List<ServerServiceDefinition> served = new ArrayList<>();
        served.add(new StoreGatewayService(null).bindService());
        try (IngesterService ingester = new FakeIngester().service()) {
            served.add(ingester.bindService());
        }
        Set<String> methods = new TreeSet<>();
        for (ServerServiceDefinition service : served) {
            for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
                methods.add(method.getMethodDescriptor().getFullMethodName().replace('/', '.') + " "
                        + switch (method.getMethodDescriptor().getType()) {
                            case UNARY -> "false false";
                            case SERVER_STREAMING -> "false true";
                            case CLIENT_STREAMING -> "true false";
                            case BIDI_STREAMING -> "true true";
                            case UNKNOWN -> "?";
                        });
            }
        }
        Set<String> declared = FILE.getServices().stream()
                .flatMap(service -> service.getMethods().stream())
                .map(method ->
                        method.getFullName() + " " + method.isClientStreaming() + " " + method.isServerStreaming())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(declared, methods);
    }

    /** A frame as the first release wrote it. */
    @Test
    void oldFramesAreReadForEver() throws Exception {
        WriteBatch batch = RandomBatches.scrape(new TenantId("tenant"), 7, 3, 1_700_000_000_000L);
        batch.fingerprintHi = new long[] {1, -2, 3};
        batch.fingerprintLo = new long[] {-4, 5, -6};
        batch.placement = new int[] {7, -8, 9};
        LabelledSeries labelled = new LabelledSeries(3);
        labelled.add(1, batch.labelLength[1]);
        byte[] released = HexFormat.of().parseHex(resource("frame.released").strip());
        byte[] now = FrameEncoder.encode(batch, labelled);
        FrameTest.assertSame(batch, labelled, new FrameDecoder().decode(released, 0, released.length));
        assertArrayEquals(
                released,
                now,
                () -> "instances of the release before read: " + HexFormat.of().formatHex(now) + " as "
                        + Arrays.toString(released));
    }
}
