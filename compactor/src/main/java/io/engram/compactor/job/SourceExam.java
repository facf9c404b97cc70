package io.engram.compactor.job;

import io.engram.bucket.layout.TenantBucket;
import io.engram.model.block.BlockId;
import io.engram.tsdb.block.BlockFolders;
import io.engram.tsdb.block.BlockVerify;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Looks for the source that is to blame where a merge went wrong. A source that is damaged here may be good in the bucket:
 * it is read again before anyone believes it.
 */
final class SourceExam {
    /** @param found what is wrong with it, in the bucket as well */
    record Bad(BlockId block, String found) {}

    /**
     * What an exam says.
     *
     * @param bad the first that is damaged in the bucket
     * @param repaired whether one was damaged here only, and is good now
     */
    record Result(Optional<Bad> bad, boolean repaired) {}

    private SourceExam() {}

    static Result examine(TenantBucket bucket, List<Path> folders) throws IOException {
        boolean repaired = false;
        for (Path folder : folders) {
            if (!BlockVerify.verify(folder).isEmpty()) {
                BlockId id = BlockId.parse(folder.getFileName().toString());
                BlockFolders.delete(folder);
                new BlockDownload(bucket).download(id, folder);
                List<BlockVerify.Finding> findings = BlockVerify.verify(folder);
                if (!findings.isEmpty()) {
                    return new Result(
                            Optional.of(new Bad(id, findings.size() + " findings, first " + findings.getFirst())),
                            repaired);
                }
                repaired = true;
            }
        }
        return new Result(Optional.empty(), repaired);
    }
}
