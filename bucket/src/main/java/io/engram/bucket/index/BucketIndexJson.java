package io.engram.bucket.index;

import com.fasterxml.jackson.core.JsonGenerator;
import io.engram.bucket.index.BucketIndex.Block;
import io.engram.bucket.index.BucketIndex.Deletion;
import io.engram.model.block.BlockId;
import io.engram.model.json.DamagedJson;
import io.engram.model.json.JsonPrinter;
import io.engram.model.json.JsonReader;
import io.engram.model.labels.Labels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The JSON of a bucket index: writes version 2, which is 1 with {@code compactor_shard_id}, and reads both. */
final class BucketIndexJson {
    private static final int VERSION = 2;

    private BucketIndexJson() {}

    static byte[] print(BucketIndex index) {
        return JsonPrinter.compact(out -> {
            out.writeStartObject();
            out.writeNumberField("version", VERSION);
            out.writeArrayFieldStart("blocks");
            for (Block block : index.blocks()) {
                print(block, out);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("block_deletion_marks");
            for (Deletion mark : index.deletionMarks()) {
                out.writeStartObject();
                out.writeStringField("block_id", mark.id().toString());
                out.writeNumberField("deletion_time", mark.timeS());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeNumberField("updated_at", index.updatedAtS());
            out.writeEndObject();
        });
    }

    private static void print(Block block, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("block_id", block.id().toString());
        out.writeNumberField("min_time", block.minTimeMs());
        out.writeNumberField("max_time", block.maxTimeMs());
        unlessEmpty("segments_format", block.segmentsFormat(), out);
        if (block.segmentCount() != 0) {
            out.writeNumberField("segments_num", block.segmentCount());
        }
        out.writeNumberField("uploaded_at", block.uploadedAtS());
        unlessEmpty("compactor_shard_id", block.compactorShardId(), out);
        unlessEmpty("source", block.source(), out);
        if (block.compactionLevel() != 0) {
            out.writeNumberField("compaction_level", block.compactionLevel());
        }
        if (block.outOfOrder()) {
            out.writeBooleanField("out_of_order", true);
        }
        if (!block.labels().isEmpty()) {
            out.writeObjectFieldStart("labels");
            for (int i = 0; i < block.labels().size(); i++) {
                out.writeStringField(
                        block.labels().at(i).name(), block.labels().at(i).value());
            }
            out.writeEndObject();
        }
        if (!block.foldedFrom().isEmpty()) {
            out.writeArrayFieldStart("folded_from");
            for (BlockId original : block.foldedFrom()) {
                out.writeString(original.toString());
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private static void unlessEmpty(String name, String value, JsonGenerator out) throws IOException {
        if (!value.isEmpty()) {
            out.writeStringField(name, value);
        }
    }

    static BucketIndex read(byte[] json, String where) throws DamagedJson {
        return JsonReader.read(json, where, in -> {
            var found = new Object() {
                long version;
                long updatedAtS;
                final List<Block> blocks = new ArrayList<>();
                final List<Deletion> marks = new ArrayList<>();
            };
            in.object(name -> {
                switch (name) {
                    case "version" -> found.version = in.wholeNumber();
                    case "updated_at" -> found.updatedAtS = in.count(name);
                    case "blocks" -> in.array(() -> found.blocks.add(block(in)));
                    case "block_deletion_marks" -> in.array(() -> found.marks.add(deletion(in)));
                    default -> {}
                }
            });
            if (found.version < 1 || found.version > VERSION) {
                throw new IllegalArgumentException("version is " + found.version + ", expected 1 or 2");
            }
            return new BucketIndex(found.blocks, found.marks, found.updatedAtS);
        });
    }

    private static Block block(JsonReader in) throws IOException {
        var found = new Object() {
            BlockId id;
            long minTimeMs;
            long maxTimeMs;
            String segmentsFormat = "";
            int segments;
            long uploadedAtS;
            String shard = "";
            String source = "";
            int level;
            boolean outOfOrder;
            final Map<String, String> labels = new HashMap<>();
            final List<BlockId> foldedFrom = new ArrayList<>();
        };
        in.object(name -> {
            switch (name) {
                case "block_id" -> found.id = BlockId.parse(in.string());
                case "min_time" -> found.minTimeMs = in.wholeNumber();
                case "max_time" -> found.maxTimeMs = in.wholeNumber();
                case "segments_format" -> found.segmentsFormat = in.string();
                case "segments_num" -> found.segments = smallCount(name, in);
                case "uploaded_at" -> found.uploadedAtS = in.count(name);
                case "compactor_shard_id" -> found.shard = in.string();
                case "source" -> found.source = in.string();
                case "compaction_level" -> found.level = smallCount(name, in);
                case "out_of_order" -> found.outOfOrder = in.truth();
                case "folded_from" -> in.array(() -> found.foldedFrom.add(BlockId.parse(in.string())));
                case "labels" -> in.object(label -> found.labels.put(label, in.string()));
                default -> {}
            }
        });
        if (found.id == null || found.minTimeMs > found.maxTimeMs) {
            throw new IllegalArgumentException(
                    found.id == null
                            ? "block_id of a block is missing"
                            : "block " + found.id + " ends before it begins");
        }
        return new Block(
                found.id,
                found.minTimeMs,
                found.maxTimeMs,
                found.segmentsFormat,
                found.segments,
                found.uploadedAtS,
                found.shard,
                found.source,
                found.level,
                found.outOfOrder,
                Labels.of(found.labels),
                found.foldedFrom);
    }

    private static int smallCount(String name, JsonReader in) throws IOException {
        long count = in.count(name);
        if (count > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(name + " is " + count);
        }
        return (int) count;
    }

    private static Deletion deletion(JsonReader in) throws IOException {
        var found = new Object() {
            BlockId id;
            long timeS;
        };
        in.object(name -> {
            switch (name) {
                case "block_id" -> found.id = BlockId.parse(in.string());
                case "deletion_time" -> found.timeS = in.count(name);
                default -> {}
            }
        });
        if (found.id == null) {
            throw new IllegalArgumentException("block_id of a deletion mark is missing");
        }
        return new Deletion(found.id, found.timeS);
    }
}
