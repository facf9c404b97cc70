package io.engram.proto.grpc;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Label;
import io.engram.model.read.SeriesTable;
import io.engram.proto.cluster.v1.SeriesPiece;
import java.util.Arrays;

/** Puts the pieces of a table together again. */
final class SeriesTableReader {
    /** What is believed before it has come. */
    private static final int FIRST_SERIES = 1 << 16;

    private final int count;
    private int size;
    private Label[] dictionary = new Label[64];
    private int labels;
    private long[] hi;
    private long[] lo;
    private int[] labelStart;
    private int[] labelIds = new int[64];
    private long[] minTimeMs;
    private long[] maxTimeMs;
    private int[] chunkCount;

    /** @param count of all series */
    SeriesTableReader(int count) {
        if (count < 0) {
            throw invalid("is said to have " + Integer.toUnsignedString(count) + " series");
        }
        this.count = count;
        room(Math.min(count, FIRST_SERIES));
    }

    boolean isWhole() {
        return size == count;
    }

    private void room(int series) {
        hi = hi == null ? new long[series] : Arrays.copyOf(hi, series);
        lo = lo == null ? new long[series] : Arrays.copyOf(lo, series);
        labelStart = labelStart == null ? new int[series + 1] : Arrays.copyOf(labelStart, series + 1);
        minTimeMs = minTimeMs == null ? new long[series] : Arrays.copyOf(minTimeMs, series);
        maxTimeMs = maxTimeMs == null ? new long[series] : Arrays.copyOf(maxTimeMs, series);
        chunkCount = chunkCount == null ? new int[series] : Arrays.copyOf(chunkCount, series);
    }

    void add(SeriesPiece piece) {
        int n = piece.getFingerprintHighCount();
        if (n == 0
                || n > count - size
                || piece.getFingerprintLowCount() != n
                || piece.getLabelCountCount() != n
                || piece.getMinTimeMsCount() != n
                || piece.getMaxTimeMsCount() != n
                || piece.getChunkCountCount() != n
                || piece.getNewNameCount() != piece.getNewValueCount()) {
            throw invalid("has a piece whose columns are not of the same length, or are too long");
        }
        if (size + n > hi.length) {
            room((int) Math.min(count, Math.max(2L * hi.length, size + n)));
        }
        addLabels(piece);
        int labelAt = labelStart[size];
        int idAt = 0;
        if (labelAt + piece.getLabelIdCount() > labelIds.length) {
            labelIds = Arrays.copyOf(labelIds, Math.max(2 * labelIds.length, labelAt + piece.getLabelIdCount()));
        }
        for (int i = 0; i < n; i++) {
            int own = piece.getLabelCount(i);
            if (own < 0 || own > piece.getLabelIdCount() - idAt) {
                throw invalid("has a series with " + Integer.toUnsignedString(own) + " labels");
            }
            for (int k = 0; k < own; k++) {
                int id = piece.getLabelId(idAt++);
                if (id < 0 || id >= labels) {
                    throw invalid("has no label " + Integer.toUnsignedString(id));
                }
                labelIds[labelAt++] = id;
            }
            hi[size] = piece.getFingerprintHigh(i);
            lo[size] = piece.getFingerprintLow(i);
            minTimeMs[size] = piece.getMinTimeMs(i);
            maxTimeMs[size] = piece.getMaxTimeMs(i);
            chunkCount[size] = piece.getChunkCount(i);
            labelStart[++size] = labelAt;
        }
    }

    private void addLabels(SeriesPiece piece) {
        int more = piece.getNewNameCount();
        if (labels + more > dictionary.length) {
            dictionary = Arrays.copyOf(dictionary, Math.max(2 * dictionary.length, labels + more));
        }
        for (int i = 0; i < more; i++) {
            dictionary[labels++] = new Label(piece.getNewName(i), piece.getNewValue(i));
        }
    }

    /** When it is whole. */
    SeriesTable table() {
        return new SeriesTable(
                Arrays.copyOf(dictionary, labels),
                hi,
                lo,
                labelStart,
                Arrays.copyOf(labelIds, labelStart[size]),
                minTimeMs,
                maxTimeMs,
                chunkCount);
    }

    private static Failure invalid(String what) {
        return new Failure(ErrorId.FRAME_INVALID, "the table of series that another instance sent " + what);
    }
}
