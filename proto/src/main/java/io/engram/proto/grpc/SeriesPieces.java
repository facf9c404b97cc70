package io.engram.proto.grpc;

import io.engram.model.labels.Label;
import io.engram.model.read.SeriesTable;
import io.engram.proto.cluster.v1.SelectResponse;
import io.engram.proto.cluster.v1.SeriesPiece;
import java.util.Arrays;
import java.util.function.Consumer;

/** A table of series in messages of at most about half a MiB; label pairs go with the first series that has them. */
final class SeriesPieces {
    private static final int PIECE_BYTES = 512 << 10;
    /** Two words of fingerprint, two times, two counts. */
    private static final int SERIES_BYTES = 16 + 14 + 4;

    private SeriesPieces() {}

    static void send(SeriesTable table, Consumer<SelectResponse> out) {
        int[] idOf = new int[table.dictionary().length];
        Arrays.fill(idOf, -1);
        int ids = 0;
        for (int series = 0; series < table.size(); ) {
            SeriesPiece.Builder piece = SeriesPiece.newBuilder();
            for (long bytes = 0; series < table.size() && bytes < PIECE_BYTES; series++) {
                int from = table.labelStart()[series];
                int to = table.labelStart()[series + 1];
                for (int i = from; i < to; i++) {
                    int id = table.labelIds()[i];
                    if (idOf[id] < 0) {
                        idOf[id] = ids++;
                        Label label = table.dictionary()[id];
                        piece.addNewName(label.name()).addNewValue(label.value());
                        bytes += 8L + label.name().length() + label.value().length();
                    }
                    piece.addLabelId(idOf[id]);
                }
                piece.addLabelCount(to - from)
                        .addFingerprintHigh(table.fingerprintHi()[series])
                        .addFingerprintLow(table.fingerprintLo()[series])
                        .addMinTimeMs(table.minTimeMs()[series])
                        .addMaxTimeMs(table.maxTimeMs()[series])
                        .addChunkCount(table.chunkCount()[series]);
                bytes += SERIES_BYTES + 3L * (to - from);
            }
            out.accept(SelectResponse.newBuilder().setSeries(piece).build());
        }
    }
}
