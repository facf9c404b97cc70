package io.engram.bucket.layout;

import com.fasterxml.jackson.core.JsonGenerator;
import io.engram.model.block.BlockId;
import io.engram.model.json.DamagedJson;
import io.engram.model.json.JsonPrinter;
import io.engram.model.json.JsonReader;
import java.io.IOException;

/** The files of marks: version 1 of Thanos' and Mimir's. */
final class MarkJson {
    private MarkJson() {}

    static byte[] print(DeletionMark mark) {
        return JsonPrinter.compact(out -> {
            begin(mark.id(), mark.details(), out);
            out.writeNumberField("deletion_time", mark.timeS());
            out.writeEndObject();
        });
    }

    static byte[] print(NoCompactMark mark) {
        return JsonPrinter.compact(out -> {
            begin(mark.id(), mark.details(), out);
            out.writeNumberField("no_compact_time", mark.timeS());
            out.writeStringField("reason", mark.reason());
            out.writeEndObject();
        });
    }

    /** What marks of blocks begin with. */
    private static void begin(BlockId id, String details, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", id.toString());
        out.writeNumberField("version", 1);
        if (!details.isEmpty()) {
            out.writeStringField("details", details);
        }
    }

    static byte[] print(TenantDeletionMark mark) {
        return JsonPrinter.compact(out -> {
            out.writeStartObject();
            out.writeNumberField("deletion_time", mark.timeS());
            if (mark.finishedS() != 0) {
                out.writeNumberField("finished_time", mark.finishedS());
            }
            out.writeEndObject();
        });
    }

    static DeletionMark deletion(byte[] bytes, String where) throws DamagedJson {
        return JsonReader.read(bytes, where, in -> {
            Fields fields = new Fields(in, "deletion_time");
            return new DeletionMark(fields.id, fields.timeS, fields.details);
        });
    }

    static NoCompactMark noCompact(byte[] bytes, String where) throws DamagedJson {
        return JsonReader.read(bytes, where, in -> {
            Fields fields = new Fields(in, "no_compact_time");
            return new NoCompactMark(fields.id, fields.timeS, fields.reason, fields.details);
        });
    }

    static TenantDeletionMark tenantDeletion(byte[] bytes, String where) throws DamagedJson {
        return JsonReader.read(bytes, where, in -> {
            long[] times = new long[2];
            in.object(name -> {
                switch (name) {
                    case "deletion_time" -> times[0] = in.count(name);
                    case "finished_time" -> times[1] = in.count(name);
                    default -> {}
                }
            });
            return new TenantDeletionMark(times[0], times[1]);
        });
    }

    /** What marks of blocks have in common. */
    private static final class Fields {
        private BlockId id;
        private long version;
        private long timeS;
        private String details = "";
        private String reason = "";

        Fields(JsonReader in, String time) throws IOException {
            in.object(name -> {
                switch (name) {
                    case "id" -> id = BlockId.parse(in.string());
                    case "version" -> version = in.wholeNumber();
                    case "details" -> details = in.string();
                    case "reason" -> reason = in.string();
                    default -> {
                        if (name.equals(time)) {
                            timeS = in.count(name);
                        }
                    }
                }
            });
            if (version != 1) {
                throw new IllegalArgumentException("version is " + version + ", expected 1");
            }
            if (id == null) {
                throw new IllegalArgumentException("id is missing");
            }
        }
    }
}
