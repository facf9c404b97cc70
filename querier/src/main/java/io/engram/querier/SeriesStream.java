package io.engram.querier;

import io.engram.model.read.LabelsBatch;
import io.engram.proto.Cardinality;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.Callable;

/**
 * Writes the labels of series as {@code {"data":[{…},…]}}, a batch at a time: a thread of the pool makes the text of a
 * batch, the request's own thread sends it, so that a slow client holds none of the pool's places. The bytes of names and
 * values go from the store to the answer without becoming text in between.
 */
final class SeriesStream {
    /** Large enough that going from thread to thread costs nothing beside it. */
    private static final int BATCH_BYTES = 256 << 10;

    /** Runs work on a thread that may compute. */
    @FunctionalInterface
    interface Computing {
        int run(Callable<Integer> work) throws IOException;
    }

    private final Cardinality.SeriesLabels series;
    private final LabelsBatch batch = new LabelsBatch();
    private final ByteArrayOutputStream text = new ByteArrayOutputStream(BATCH_BYTES);
    private final JsonWriter batchJson = new JsonWriter(text, 8 << 10);

    SeriesStream(Cardinality.SeriesLabels series) {
        this.series = series;
    }

    void writeTo(JsonWriter json, Computing computing) throws IOException {
        json.beginObject().name("data").beginArray();
        while (computing.run(this::makeBatch) > 0) {
            json.prepared(text);
            text.reset();
        }
        json.endArray().endObject();
    }

    /** Returns how many series are in {@link #text}. */
    private int makeBatch() throws IOException {
        if (!series.next(batch, BATCH_BYTES)) {
            return 0;
        }
        for (int i = 0; i < batch.count(); i++) {
            batchJson.beginObject();
            batch.<IOException>forEachLabel(i, (bytes, nameFrom, nameLength, valueFrom, valueLength) -> batchJson
                    .name(bytes, nameFrom, nameLength)
                    .string(bytes, valueFrom, valueLength));
            batchJson.endObject();
        }
        batchJson.flush();
        return batch.count();
    }
}
