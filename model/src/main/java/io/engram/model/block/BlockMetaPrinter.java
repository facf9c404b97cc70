package io.engram.model.block;

import com.fasterxml.jackson.core.JsonGenerator;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import java.io.IOException;
import java.util.Base64;
import java.util.List;

/** Prints a {@link BlockMeta}: the fields in the order of Prometheus' structs, and left out where those leave them out. */
final class BlockMetaPrinter {
    private final JsonGenerator out;

    private BlockMetaPrinter(JsonGenerator out) {
        this.out = out;
    }

    static void print(BlockMeta meta, JsonGenerator out) throws IOException {
        new BlockMetaPrinter(out).meta(meta);
    }

    private void meta(BlockMeta meta) throws IOException {
        out.writeStartObject();
        range(meta.id(), meta.minTimeMs(), meta.maxTimeMs());
        stats(meta.stats());
        compaction(meta.compaction());
        out.writeNumberField("version", 1);
        if (meta.thanos().isPresent()) {
            thanos(meta.thanos().get());
        }
        if (!meta.engram().isEmpty()) {
            engram(meta.engram());
        }
        out.writeEndObject();
    }

    private void range(BlockId id, long minTimeMs, long maxTimeMs) throws IOException {
        out.writeStringField("ulid", id.toString());
        out.writeNumberField("minTime", minTimeMs);
        out.writeNumberField("maxTime", maxTimeMs);
    }

    private void stats(BlockStats stats) throws IOException {
        out.writeObjectFieldStart("stats");
        unlessZero("numSamples", stats.samples());
        unlessZero("numFloatSamples", stats.floatSamples());
        unlessZero("numHistogramSamples", stats.histogramSamples());
        unlessZero("numSeries", stats.series());
        unlessZero("numChunks", stats.chunks());
        unlessZero("numTombstones", stats.tombstones());
        out.writeEndObject();
    }

    private void compaction(Compaction compaction) throws IOException {
        out.writeObjectFieldStart("compaction");
        out.writeNumberField("level", compaction.level());
        unlessEmpty("sources", compaction.sources(), id -> out.writeString(id.toString()));
        ifTrue("deletable", compaction.deletable());
        unlessEmpty("parents", compaction.parents(), parent -> {
            out.writeStartObject();
            range(parent.id(), parent.minTimeMs(), parent.maxTimeMs());
            out.writeEndObject();
        });
        ifTrue("failed", compaction.failed());
        unlessEmpty("hints", compaction.hints(), out::writeString);
        out.writeEndObject();
    }

    private void thanos(ThanosSection thanos) throws IOException {
        out.writeObjectFieldStart("thanos");
        out.writeNumberField("version", 1);
        out.writeObjectFieldStart("labels");
        Labels labels = thanos.labels();
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.at(i);
            out.writeStringField(label.name(), label.value());
        }
        out.writeEndObject();
        out.writeObjectFieldStart("downsample");
        out.writeNumberField("resolution", thanos.resolutionMs());
        out.writeEndObject();
        out.writeStringField("source", thanos.source());
        unlessEmpty("segment_files", thanos.segmentFiles(), out::writeString);
        unlessEmpty("files", thanos.files(), file -> {
            out.writeStartObject();
            out.writeStringField("rel_path", file.path());
            unlessZero("size_bytes", file.sizeBytes());
            out.writeEndObject();
        });
        if (!thanos.extensions().isEmpty()) {
            out.writeFieldName("extensions");
            out.writeRawValue(thanos.extensions());
        }
        out.writeEndObject();
    }

    private void engram(EngramSection engram) throws IOException {
        out.writeObjectFieldStart("engram");
        if (!engram.activity().isEmpty()) {
            out.writeStringField(
                    "activity",
                    Base64.getEncoder().encodeToString(engram.activity().encode()));
        }
        if (engram.folded().isPresent()) {
            Folded folded = engram.folded().get();
            out.writeObjectFieldStart("folded");
            out.writeNumberField("merged", folded.merged());
            out.writeNumberField("single", folded.single());
            out.writeNumberField("unlike", folded.unlike());
            out.writeNumberField("counterDrops", folded.counterDrops());
            out.writeNumberField("borders", folded.borders());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private void unlessZero(String name, long value) throws IOException {
        if (value != 0) {
            out.writeNumberField(name, value);
        }
    }

    private void ifTrue(String name, boolean value) throws IOException {
        if (value) {
            out.writeBooleanField(name, true);
        }
    }

    private interface Item<T> {
        void print(T item) throws IOException;
    }

    private <T> void unlessEmpty(String name, List<T> items, Item<? super T> printer) throws IOException {
        if (!items.isEmpty()) {
            out.writeArrayFieldStart(name);
            for (T item : items) {
                printer.print(item);
            }
            out.writeEndArray();
        }
    }
}
