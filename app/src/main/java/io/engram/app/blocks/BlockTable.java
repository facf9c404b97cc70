package io.engram.app.blocks;

import io.engram.model.block.BlockFile;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.time.Durations;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Prints blocks for people. */
final class BlockTable {
    private static final List<String> HEAD =
            List.of("TENANT", "BLOCK", "FROM", "RANGE", "LEVEL", "SERIES", "SAMPLES", "SIZE", "SOURCE", "STATE");
    private static final String NONE = "-";

    private BlockTable() {}

    /** A line a block, columns below each other; the last one is as long as it is. */
    static void list(List<FoundBlock> blocks, PrintStream out) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        blocks.forEach(block -> rows.add(row(block)));
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length - 1; i++) {
                line.append(row.get(i)).repeat(" ", widths[i] - row.get(i).length() + 2);
            }
            out.println(line.append(row.getLast()));
        }
    }

    private static List<String> row(FoundBlock block) {
        Optional<BlockMeta> meta = block.meta();
        return List.of(
                block.tenant().isEmpty() ? NONE : block.tenant(),
                block.id().toString(),
                meta.map(m -> Instant.ofEpochMilli(m.minTimeMs()).toString()).orElse(NONE),
                meta.map(BlockTable::range).orElse(NONE),
                meta.map(m -> Integer.toString(m.compaction().level())).orElse(NONE),
                meta.map(m -> Long.toString(m.stats().series())).orElse(NONE),
                meta.map(m -> Long.toString(m.stats().samples())).orElse(NONE),
                meta.map(BlockTable::size).orElse(NONE),
                meta.flatMap(BlockMeta::thanos)
                        .map(thanos -> thanos.source())
                        .filter(source -> !source.isEmpty())
                        .orElse(NONE),
                state(block));
    }

    private static String state(FoundBlock block) {
        List<String> states = new ArrayList<>(block.notes());
        if (states.isEmpty()) {
            states.add("ok");
        }
        block.meta()
                .flatMap(meta -> meta.engram().folded())
                .ifPresent(folded -> states.add("folded: " + folded.merged() + " series merged, " + folded.single()
                        + " single, " + folded.apart() + " apart"));
        return String.join("; ", states);
    }

    private static String range(BlockMeta meta) {
        return Durations.format(meta.maxTimeMs() - meta.minTimeMs());
    }

    private static String size(BlockMeta meta) {
        long bytes = meta.thanos()
                .map(thanos ->
                        thanos.files().stream().mapToLong(BlockFile::sizeBytes).sum())
                .orElse(0L);
        return bytes == 0 ? NONE : bytes(bytes);
    }

    static String bytes(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + "B" : String.format(Locale.ROOT, "%.1f%s", value, units[unit]);
    }

    /** All that is known of one. */
    static void show(FoundBlock block, PrintStream out) {
        field(out, "block", block.id().toString());
        if (!block.tenant().isEmpty()) {
            field(out, "tenant", block.tenant());
        }
        field(out, "made", Instant.ofEpochMilli(block.id().timeMs()).toString());
        block.notes().forEach(note -> field(out, "note", note));
        block.meta().ifPresent(meta -> show(meta, out));
    }

    private static void show(BlockMeta meta, PrintStream out) {
        field(out, "from", Instant.ofEpochMilli(meta.minTimeMs()) + " (" + meta.minTimeMs() + ")");
        field(out, "to", Instant.ofEpochMilli(meta.maxTimeMs()) + " (" + meta.maxTimeMs() + ", excluded)");
        field(out, "series", Long.toString(meta.stats().series()));
        field(out, "samples", Long.toString(meta.stats().samples()));
        field(out, "chunks", Long.toString(meta.stats().chunks()));
        Compaction compaction = meta.compaction();
        field(out, "level", Integer.toString(compaction.level()));
        compaction.hints().forEach(hint -> field(out, "hint", hint));
        meta.engram().folded().ifPresent(folded -> {
            field(
                    out,
                    "folded",
                    folded.merged() + " series out of several replicas, " + folded.single() + " out of one");
            field(
                    out,
                    "apart",
                    folded.unlike() + " unlike, " + folded.counterDrops() + " with counters that would drop, "
                            + folded.borders() + " that would show at a border");
        });
        compaction.sources().forEach(source -> field(out, "source", source.toString()));
        compaction.parents().forEach(parent -> field(out, "parent", parent.id().toString()));
        meta.thanos().ifPresent(thanos -> {
            field(out, "labels", thanos.labels().toString());
            field(out, "resolution", Durations.format(thanos.resolutionMs()));
            field(out, "made by", thanos.source());
            thanos.files().forEach(file -> field(out, "file", file.path() + " " + bytes(file.sizeBytes())));
        });
    }

    private static void field(PrintStream out, String name, String value) {
        out.println(name + ":" + " ".repeat(Math.max(1, 12 - name.length())) + value);
    }
}
