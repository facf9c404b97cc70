package io.engram.ingester.blocks;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.tsdb.block.BlockFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocks of one tenant that were cut here, in a folder each. Of one that is shipped only {@code meta.json} stays, with
 * the time in a file {@code shipped} beside it, so that a restart does not ship the same samples again. Changed by one thread;
 * {@link #all} and {@link #unshipped} may be asked by any.
 */
final class LocalBlocks {
    private static final Logger LOG = LoggerFactory.getLogger(LocalBlocks.class);
    private static final String SHIPPED = "shipped";

    private final Path dir;
    private final CopyOnWriteArrayList<LocalBlock> blocks = new CopyOnWriteArrayList<>();

    private LocalBlocks(Path dir) {
        this.dir = dir;
    }

    /** Takes up what an earlier run left; folders of blocks that were not finished are removed. */
    static LocalBlocks open(Path dir) throws IOException {
        LocalBlocks local = new LocalBlocks(dir);
        if (Files.isDirectory(dir)) {
            for (Path folder : children(dir)) {
                local.take(folder);
            }
            local.blocks.sort(Comparator.comparing(block -> block.meta().id()));
        }
        return local;
    }

    private void take(Path folder) throws IOException {
        Path meta = folder.resolve(BlockMeta.FILE);
        if (BlockId.tryParse(folder.getFileName().toString()).isEmpty() || !Files.exists(meta)) {
            BlockFolders.delete(folder);
            return;
        }
        try {
            Path shipped = folder.resolve(SHIPPED);
            long shippedMs = Files.exists(shipped) ? Long.parseLong(Files.readString(shipped)) : 0;
            blocks.add(new LocalBlock(
                    BlockMeta.read(Files.readAllBytes(meta), meta.toString()), folder, shippedMs, false));
        } catch (IOException | NumberFormatException e) {
            // The head has the samples still, and is cut anew.
            LOG.error("cannot read a block that was cut here, removing it folder={}", folder, e);
            BlockFolders.delete(folder);
        }
    }

    private static List<Path> children(Path dir) throws IOException {
        try (Stream<Path> listed = Files.list(dir)) {
            return listed.toList();
        }
    }

    /** The folder that blocks are written into; made where it is missing. */
    Path dir() throws IOException {
        return Files.createDirectories(dir);
    }

    List<LocalBlock> all() {
        return List.copyOf(blocks);
    }

    List<LocalBlock> unshipped() {
        return blocks.stream().filter(block -> !block.isShipped()).toList();
    }

    /**
     * Takes up a block that was written into {@link #dir}; where there is one that says the same, the new one is removed.
     * True where it is new.
     */
    boolean add(BlockMeta meta) throws IOException {
        Path folder = dir.resolve(meta.id().toString());
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).saysTheSameAs(meta)) {
                blocks.set(i, blocks.get(i).foundAgain());
                BlockFolders.delete(folder);
                return false;
            }
        }
        blocks.add(new LocalBlock(meta, folder, 0, true));
        return true;
    }

    /** The block can be queried in the bucket. */
    void markShipped(LocalBlock block, long nowMs) throws IOException {
        Path temporary = block.folder().resolve(SHIPPED + ".tmp");
        Files.write(temporary, Long.toString(nowMs).getBytes(StandardCharsets.US_ASCII));
        Files.move(temporary, block.folder().resolve(SHIPPED), StandardCopyOption.ATOMIC_MOVE);
        blocks.set(blocks.indexOf(block), block.shipped(nowMs));
        for (Path file : children(block.folder())) {
            String name = file.getFileName().toString();
            if (!name.equals(SHIPPED) && !name.equals(BlockMeta.FILE)) {
                BlockFolders.delete(file);
            }
        }
    }

    /** Removes a block, shipped or not. */
    void forget(LocalBlock block) throws IOException {
        BlockFolders.delete(block.folder());
        blocks.remove(block);
    }

    /** Removes all blocks, shipped or not. @return how many had not been */
    int forgetAll() throws IOException {
        int unshipped = unshipped().size();
        for (LocalBlock block : all()) {
            forget(block);
        }
        return unshipped;
    }

    /** Forgets the blocks that were shipped before a time. */
    void forgetShippedBefore(long timeMs) throws IOException {
        for (LocalBlock block : all()) {
            if (block.isShipped() && block.shippedMs() < timeMs) {
                forget(block);
            }
        }
    }
}
