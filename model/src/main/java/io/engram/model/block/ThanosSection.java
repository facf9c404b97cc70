package io.engram.model.block;

import io.engram.model.json.DamagedJson;
import io.engram.model.json.JsonReader;
import io.engram.model.labels.Labels;
import java.util.List;

/**
 * What Thanos, Cortex and Mimir keep of a block beside what Prometheus does. Follows {@code pkg/block/metadata} of Thanos.
 *
 * @param labels external ones: they stand for every series of the block
 * @param resolutionMs 0 for samples as they came, 300,000 or 3,600,000 for down-sampled ones
 * @param source which program put it there: {@code receive}, {@code compactor}, …
 * @param segmentFiles names below {@code chunks/} in order, as old writers list them in place of {@code files}
 * @param files all of the block, by path; empty where the writer did not say
 * @param extensions JSON of whatever shape, as it is written; empty for none
 */
public record ThanosSection(
        Labels labels,
        long resolutionMs,
        String source,
        List<String> segmentFiles,
        List<BlockFile> files,
        String extensions) {
    /** External label under which a compactor that shards says which part of the series a block has: {@code 3_of_8}. */
    public static final String SHARD_LABEL = "__compactor_shard_id__";

    public ThanosSection {
        if (resolutionMs < 0) {
            throw new IllegalArgumentException("the resolution is " + resolutionMs + " ms, expected at least 0");
        }
        segmentFiles = List.copyOf(segmentFiles);
        files = List.copyOf(files);
        if (!extensions.isEmpty()) {
            try {
                JsonReader.read(extensions, "extensions", JsonReader::raw);
            } catch (DamagedJson e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }
    }

    /** Of samples as they came, files not listed yet. */
    public static ThanosSection raw(Labels labels, String source) {
        return new ThanosSection(labels, 0, source, List.of(), List.of(), "");
    }

    public ThanosSection withFiles(List<BlockFile> newFiles) {
        return new ThanosSection(labels, resolutionMs, source, segmentFiles, newFiles, extensions);
    }
}
