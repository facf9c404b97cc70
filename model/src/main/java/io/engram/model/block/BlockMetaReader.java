package io.engram.model.block;

import io.engram.model.json.JsonReader;
import io.engram.model.labels.Labels;
import io.engram.model.replica.ActivityTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a {@link BlockMeta}. Fields it does not know are skipped, so that newer writers do not stop it. */
final class BlockMetaReader {
    private final JsonReader in;

    private BlockId id;
    private Long minTimeMs;
    private Long maxTimeMs;
    private long version;
    private BlockStats stats = BlockStats.NONE;
    private Compaction compaction = new Compaction(0, List.of(), false, List.of(), false, List.of());
    private ThanosSection thanos;
    private EngramSection engram = EngramSection.NONE;

    BlockMetaReader(JsonReader in) {
        this.in = in;
    }

    BlockMeta read() throws IOException {
        in.object(name -> {
            switch (name) {
                case "ulid" -> id = BlockId.parse(in.string());
                case "minTime" -> minTimeMs = in.wholeNumber();
                case "maxTime" -> maxTimeMs = in.wholeNumber();
                case "stats" -> stats = stats();
                case "compaction" -> compaction = compaction();
                case "version" -> version = in.wholeNumber();
                case "thanos" -> thanos = thanos();
                case "engram" -> engram = engram();
                default -> {}
            }
        });
        if (version != 1) {
            throw new IllegalArgumentException("version is " + version + ", expected 1");
        }
        if (id == null || minTimeMs == null || maxTimeMs == null) {
            throw new IllegalArgumentException(
                    (id == null ? "ulid" : minTimeMs == null ? "minTime" : "maxTime") + " is missing");
        }
        return new BlockMeta(id, minTimeMs, maxTimeMs, stats, compaction, Optional.ofNullable(thanos), engram);
    }

    private BlockStats stats() throws IOException {
        long[] count = new long[6];
        in.object(name -> {
            switch (name) {
                case "numSamples" -> count[0] = in.count(name);
                case "numFloatSamples" -> count[1] = in.count(name);
                case "numHistogramSamples" -> count[2] = in.count(name);
                case "numSeries" -> count[3] = in.count(name);
                case "numChunks" -> count[4] = in.count(name);
                case "numTombstones" -> count[5] = in.count(name);
                default -> {}
            }
        });
        return new BlockStats(count[0], count[1], count[2], count[3], count[4], count[5]);
    }

    private Compaction compaction() throws IOException {
        var found = new Object() {
            long level;
            boolean deletable;
            boolean failed;
            List<BlockId> sources = List.of();
            List<Compaction.Parent> parents = List.of();
            List<String> hints = List.of();
        };
        in.object(name -> {
            switch (name) {
                case "level" -> found.level = in.count(name);
                case "deletable" -> found.deletable = in.truth();
                case "failed" -> found.failed = in.truth();
                case "sources" -> found.sources = list(() -> BlockId.parse(in.string()));
                case "parents" -> found.parents = list(this::parent);
                case "hints" -> found.hints = list(in::string);
                default -> {}
            }
        });
        if (found.level > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the compaction level is " + found.level);
        }
        return new Compaction(
                (int) found.level, found.sources, found.deletable, found.parents, found.failed, found.hints);
    }

    private Compaction.Parent parent() throws IOException {
        var found = new Object() {
            BlockId id;
            long minTimeMs;
            long maxTimeMs;
        };
        in.object(name -> {
            switch (name) {
                case "ulid" -> found.id = BlockId.parse(in.string());
                case "minTime" -> found.minTimeMs = in.wholeNumber();
                case "maxTime" -> found.maxTimeMs = in.wholeNumber();
                default -> {}
            }
        });
        if (found.id == null) {
            throw new IllegalArgumentException("ulid of a parent is missing");
        }
        return new Compaction.Parent(found.id, found.minTimeMs, found.maxTimeMs);
    }

    private ThanosSection thanos() throws IOException {
        var found = new Object() {
            // The first writers of the section did not number it.
            long version = 1;
            Map<String, String> labels = Map.of();
            long resolutionMs;
            String source = "";
            List<String> segmentFiles = List.of();
            List<BlockFile> files = List.of();
            String extensions = "";
        };
        in.object(name -> {
            switch (name) {
                case "version" -> found.version = in.wholeNumber();
                case "labels" -> found.labels = labels();
                case "downsample" ->
                    in.object(inner -> {
                        if (inner.equals("resolution")) {
                            found.resolutionMs = in.count(inner);
                        }
                    });
                case "source" -> found.source = in.string();
                case "segment_files" -> found.segmentFiles = list(in::string);
                case "files" -> found.files = list(this::file);
                case "extensions" -> found.extensions = in.raw();
                default -> {}
            }
        });
        if (found.version != 1 && found.version != 0) {
            throw new IllegalArgumentException("thanos.version is " + found.version + ", expected 1");
        }
        return new ThanosSection(
                Labels.of(found.labels),
                found.resolutionMs,
                found.source,
                found.segmentFiles,
                found.files,
                found.extensions);
    }

    private EngramSection engram() throws IOException {
        var found = new Object() {
            ActivityTable activity = ActivityTable.EMPTY;
            Folded folded;
        };
        in.object(name -> {
            switch (name) {
                case "activity" -> found.activity = activity(in.string());
                case "folded" -> found.folded = folded();
                default -> {}
            }
        });
        return new EngramSection(found.activity, Optional.ofNullable(found.folded));
    }

    private Folded folded() throws IOException {
        long[] count = new long[5];
        in.object(name -> {
            switch (name) {
                case "merged" -> count[0] = in.count(name);
                case "single" -> count[1] = in.count(name);
                case "unlike" -> count[2] = in.count(name);
                case "counterDrops" -> count[3] = in.count(name);
                case "borders" -> count[4] = in.count(name);
                default -> {}
            }
        });
        return new Folded(count[0], count[1], count[2], count[3], count[4]);
    }

    /** What cannot be read, a newer release may have written: who leads is then decided by name, the samples are as good as ever. */
    private static ActivityTable activity(String base64) {
        try {
            return ActivityTable.decode(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return ActivityTable.EMPTY;
        }
    }

    private Map<String, String> labels() throws IOException {
        Map<String, String> labels = new HashMap<>();
        in.object(name -> labels.put(name, in.string()));
        return labels;
    }

    private BlockFile file() throws IOException {
        var found = new Object() {
            String path = "";
            long sizeBytes;
        };
        in.object(name -> {
            switch (name) {
                case "rel_path" -> found.path = in.string();
                case "size_bytes" -> found.sizeBytes = in.count(name);
                default -> {}
            }
        });
        return new BlockFile(found.path, found.sizeBytes);
    }

    private interface Item<T> {
        T read() throws IOException;
    }

    private <T> List<T> list(Item<T> item) throws IOException {
        List<T> list = new ArrayList<>();
        in.array(() -> list.add(item.read()));
        return list;
    }
}
