package io.engram.bucket.layout;

import io.engram.model.json.DamagedJson;
import io.engram.model.json.JsonPrinter;
import io.engram.model.json.JsonReader;

/**
 * Says that somebody is at a compaction, and until when others leave it to him.
 *
 * @param owner the instance
 * @param claimedAtMs since the Unix epoch, by the clock of the owner; what he renews keeps it, so that it tells two claims of
 *     one owner apart
 * @param expiresAtMs from then on anybody may take it over
 */
public record ClaimMark(String owner, long claimedAtMs, long expiresAtMs) {
    /** More is no claim. */
    public static final int MAX_BYTES = 64 << 10;

    public byte[] print() {
        return JsonPrinter.compact(out -> {
            out.writeStartObject();
            out.writeNumberField("version", 1);
            out.writeStringField("owner", owner);
            out.writeNumberField("claimed_at_ms", claimedAtMs);
            out.writeNumberField("expires_at_ms", expiresAtMs);
            out.writeEndObject();
        });
    }

    /** @param where the object, for messages */
    public static ClaimMark read(byte[] bytes, String where) throws DamagedJson {
        return JsonReader.read(bytes, where, in -> {
            String[] owner = {""};
            long[] times = new long[2];
            in.object(name -> {
                switch (name) {
                    case "owner" -> owner[0] = in.string();
                    case "claimed_at_ms" -> times[0] = in.count(name);
                    case "expires_at_ms" -> times[1] = in.count(name);
                    default -> {}
                }
            });
            return new ClaimMark(owner[0], times[0], times[1]);
        });
    }
}
