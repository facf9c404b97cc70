package io.engram.benchmarks.loops;

import io.engram.benchmarks.e2e.Workload;
import io.engram.model.labels.LabelCursor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The series of the workload as one of several Prometheus servers sends them. */
final class Replica {
    private static final byte[] NAME = "__replica__".getBytes(StandardCharsets.UTF_8);

    private Replica() {}

    /** All of them with a replica label. */
    static List<Workload.Series> of(List<Workload.Series> all, String replica) {
        byte[] value = replica.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream field = new ByteArrayOutputStream();
        field.write(0x0A);
        field.write(NAME.length + value.length + 4);
        field.write(0x0A);
        field.write(NAME.length);
        field.writeBytes(NAME);
        field.write(0x12);
        field.write(value.length);
        field.writeBytes(value);
        return all.stream()
                .map(series ->
                        new Workload.Series(with(series.labels(), field.toByteArray()), series.kind(), series.seed()))
                .toList();
    }

    /** Labels are sorted: the label stands behind the metric's name, and before those in lower case. */
    private static byte[] with(byte[] labels, byte[] field) {
        LabelCursor name = new LabelCursor().on(labels, 0, labels.length);
        name.next();
        int behind = name.valueAt + name.valueLength;
        byte[] all = new byte[labels.length + field.length];
        System.arraycopy(labels, 0, all, 0, behind);
        System.arraycopy(field, 0, all, behind, field.length);
        System.arraycopy(labels, behind, all, behind + field.length, labels.length - behind);
        return all;
    }
}
