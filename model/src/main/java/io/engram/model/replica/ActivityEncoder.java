package io.engram.model.replica;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of an {@link ActivityTable}; about four for each count of a replica that scrapes evenly.
 *
 * <pre>
 * table    version 1 (one byte), clusters n, n × cluster
 * cluster  name, replicas n, n × replica; both in the order of their names
 * replica  name, windows n > 0, first window ±, then n ×: windows left out before this one, samples ±, series ±
 * name     length in bytes, UTF-8
 * </pre>
 *
 * Numbers are varints of base 128, lowest bits first; those marked ± are zigzag-coded, and for counts it is the step from
 * the window before.
 */
final class ActivityEncoder {
    static final int VERSION = 1;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] encode(ActivityTable table) {
        out.write(VERSION);
        varint(table.clusters().size());
        for (ClusterActivity cluster : table.clusters()) {
            name(cluster.name());
            varint(cluster.replicaCount());
            for (int replica = 0; replica < cluster.replicaCount(); replica++) {
                name(cluster.replica(replica));
                counts(cluster.counts(replica));
            }
        }
        return out.toByteArray();
    }

    private void counts(WindowCounts counts) {
        varint(counts.size());
        long next = counts.windowAt(0);
        zigzag(next);
        long samples = 0;
        long series = 0;
        for (int i = 0; i < counts.size(); i++) {
            varint(counts.windowAt(i) - next);
            zigzag(counts.samplesAt(i) - samples);
            zigzag(counts.seriesAt(i) - series);
            next = counts.windowAt(i) + 1L;
            samples = counts.samplesAt(i);
            series = counts.seriesAt(i);
        }
    }

    private void name(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        varint(bytes.length);
        out.writeBytes(bytes);
    }

    private void zigzag(long value) {
        varint(value << 1 ^ value >> 63);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
