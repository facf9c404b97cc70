package io.engram.tsdb.block;

import io.engram.model.block.BlockStats;

/** The chunks of a block, series by series. Once; for one thread. */
final class ChunkVerify {
    private final BlockReader block;
    private final BlockVerify findings;
    private final BlockChunkReader reader;
    private final Coverage[] coverage;
    private final SampleCounts counts = new SampleCounts();
    private final SampleRun run = new SampleRun();

    ChunkVerify(BlockReader block, BlockVerify findings) {
        this.block = block;
        this.findings = findings;
        this.reader = block.chunkReader();
        this.coverage = new Coverage[block.segments().length];
        for (int i = 0; i < coverage.length; i++) {
            coverage[i] = new Coverage(block.segments()[i], findings);
            coverage[i].part("the header", 0, ChunkFormat.HEADER_BYTES, 1);
        }
    }

    void check(SeriesEntry series) {
        for (int c = 0; c < series.chunks.count; c++) {
            long ref = series.chunks.ref[c];
            long min = series.chunks.minMs[c];
            long max = series.chunks.maxMs[c];
            try {
                reader.load(ref);
                ChunkFrame frame = reader.frame;
                counts.add(frame.encoding, reader.data(), frame.dataAt, frame.dataLength);
                long offset = ChunkFormat.offset(ref);
                coverage[ChunkFormat.segment(ref)].part(
                        "a chunk", offset, offset + frame.dataAt + frame.dataLength + IndexFormat.CRC_BYTES, 1);
                run.clear();
                reader.decode(ref, min, max, run);
                if (min < block.meta().minTimeMs() || max >= block.meta().maxTimeMs()) {
                    findings.add(
                            block.index().path(),
                            IndexFormat.seriesOffset(series.ref),
                            "samples from " + block.meta().minTimeMs() + " to before "
                                    + block.meta().maxTimeMs(),
                            "a chunk from " + min + " to " + max);
                }
            } catch (CorruptBlock e) {
                findings.add(e);
            }
        }
    }

    void finish() {
        for (Coverage each : coverage) {
            each.finish();
        }
    }

    BlockStats stats(long series) {
        return new BlockStats(
                counts.floats + counts.histograms, counts.floats, counts.histograms, series, counts.chunks, 0);
    }
}
