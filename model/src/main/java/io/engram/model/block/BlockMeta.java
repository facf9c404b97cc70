package io.engram.model.block;

import io.engram.model.json.DamagedJson;
import io.engram.model.json.JsonPrinter;
import io.engram.model.json.JsonReader;
import io.engram.model.labels.Labels;
import java.util.Optional;

/**
 * The {@code meta.json} of a block, version 1 of Prometheus' {@code tsdb.BlockMeta}, with or without the section that
 * Thanos and Mimir add.
 *
 * @param minTimeMs of the earliest sample, or where the block's range begins; included
 * @param maxTimeMs behind the latest sample; excluded
 * @param thanos absent in blocks that a Prometheus wrote for itself
 * @param engram {@link EngramSection#NONE} where there is nothing in it
 */
public record BlockMeta(
        BlockId id,
        long minTimeMs,
        long maxTimeMs,
        BlockStats stats,
        Compaction compaction,
        Optional<ThanosSection> thanos,
        EngramSection engram) {
    /** The file's name in the block's folder. */
    public static final String FILE = "meta.json";

    public BlockMeta {
        if (minTimeMs > maxTimeMs) {
            throw new IllegalArgumentException("minTime " + minTimeMs + " is behind maxTime " + maxTimeMs);
        }
    }

    /** Without what Engram alone keeps. */
    public BlockMeta(
            BlockId id,
            long minTimeMs,
            long maxTimeMs,
            BlockStats stats,
            Compaction compaction,
            Optional<ThanosSection> thanos) {
        this(id, minTimeMs, maxTimeMs, stats, compaction, thanos, EngramSection.NONE);
    }

    /**
     * @param bytes of a {@code meta.json}
     * @param where names it in errors: a path or a key
     * @throws DamagedJson where it is damaged, lacks what every block has, or is of a version that is not read
     */
    public static BlockMeta read(byte[] bytes, String where) throws DamagedJson {
        return JsonReader.read(bytes, where, in -> new BlockMetaReader(in).read());
    }

    /** As Prometheus prints it, byte for byte; with the section {@code thanos} behind it, as Thanos does, and ours last. */
    public byte[] print() {
        return JsonPrinter.indented(out -> BlockMetaPrinter.print(this, out));
    }

    /** Whether its replicas were folded: series without replica labels may stand for several. */
    public boolean isFolded() {
        return engram.folded().isPresent();
    }

    /** The external labels; none without a section of Thanos. */
    public Labels labels() {
        return thanos.map(ThanosSection::labels).orElse(Labels.EMPTY);
    }

    public BlockMeta withThanos(ThanosSection section) {
        return new BlockMeta(id, minTimeMs, maxTimeMs, stats, compaction, Optional.of(section), engram);
    }

    public BlockMeta withEngram(EngramSection section) {
        return new BlockMeta(id, minTimeMs, maxTimeMs, stats, compaction, thanos, section);
    }

    /** Whether a sample of the block may lie in {@code [minMs, maxMs]}, both included. */
    public boolean overlaps(long minMs, long maxMs) {
        return minTimeMs <= maxMs && minMs < maxTimeMs;
    }
}
