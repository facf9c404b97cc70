package io.engram.proto.grpc;

import com.google.protobuf.UnsafeByteOperations;
import io.engram.model.block.BlockId;
import io.engram.model.read.LabelsBatch;
import io.engram.proto.cluster.v1.LabelsResponse;
import io.engram.proto.cluster.v1.SeriesLabelsResponse;
import java.util.Collection;

/** Names, values and whole labels in pieces. */
final class LabelAnswers {
    private static final int STRING_BYTES = 8;

    private LabelAnswers() {}

    static void send(Collection<BlockId> blocks, Collection<String> values, Outbound<LabelsResponse> out) {
        LabelsResponse.Builder piece = LabelsResponse.newBuilder().addAllBlocks(Messages.blockNames(blocks));
        int bytes = 0;
        for (String value : values) {
            piece.addValues(value);
            bytes += STRING_BYTES + value.length();
            if (bytes > IngesterService.PIECE_BYTES) {
                out.send(piece.build());
                piece.clear();
                bytes = 0;
            }
        }
        out.send(piece.build());
    }

    /** Borrows the batch's bytes. */
    static SeriesLabelsResponse of(LabelsBatch batch) {
        SeriesLabelsResponse.Builder piece = SeriesLabelsResponse.newBuilder()
                .setLabels(UnsafeByteOperations.unsafeWrap(batch.bytes(), 0, batch.sizeBytes()));
        for (int series = 0; series < batch.count(); series++) {
            piece.addLength(batch.length(series));
        }
        return piece.build();
    }
}
