package io.engram.distributor;

import io.engram.model.hash.SeriesHash;
import io.engram.model.labels.LabelCursor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The labels that tell apart the servers of an HA pair, and where a series is placed without them. Immutable. */
final class ReplicaLabels {
    private final byte[][] names;

    ReplicaLabels(List<String> names) {
        this.names = names.stream()
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }

    /** The placement of the canonical labels {@code bytes[start .. end)}, whose fingerprint's upper word is {@code hi}. */
    int placement(byte[] bytes, int start, int end, long hi, SeriesHash hash) {
        LabelCursor label = new LabelCursor().on(bytes, start, end);
        byte[] kept = null;
        int keptLength = 0;
        int runStart = start;
        while (label.next()) {
            if (isReplica(bytes, label.nameAt, label.nameLength)) {
                if (kept == null) {
                    kept = new byte[end - start];
                }
                System.arraycopy(bytes, runStart, kept, keptLength, label.fieldAt - runStart);
                keptLength += label.fieldAt - runStart;
                runStart = label.valueAt + label.valueLength;
            }
        }
        if (kept == null) {
            return SeriesHash.placement(hi);
        }
        System.arraycopy(bytes, runStart, kept, keptLength, end - runStart);
        keptLength += end - runStart;
        long[] keptHi = new long[1];
        hash.fingerprint(kept, 0, keptLength, keptHi, new long[1], 0);
        return SeriesHash.placement(keptHi[0]);
    }

    private boolean isReplica(byte[] bytes, int at, int length) {
        for (byte[] name : names) {
            if (name.length == length && Arrays.equals(bytes, at, at + length, name, 0, length)) {
                return true;
            }
        }
        return false;
    }
}
