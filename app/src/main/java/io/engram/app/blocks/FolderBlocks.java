package io.engram.app.blocks;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.json.DamagedJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Blocks that lie in one folder: of a Prometheus, of a tenant's prefix of a bucket, of an ingester. */
final class FolderBlocks implements BlockSource {
    private final Path folder;

    FolderBlocks(Path folder) throws NotDirectoryException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder + " is no folder");
        }
        this.folder = folder;
    }

    @Override
    public String name() {
        return folder.toString();
    }

    @Override
    public List<FoundBlock> list() throws IOException {
        List<FoundBlock> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.sorted().toList()) {
                Optional<BlockId> id = BlockId.tryParse(entry.getFileName().toString());
                if (id.isPresent() && Files.isDirectory(entry)) {
                    found.add(read(id.get(), entry));
                }
            }
        }
        return found;
    }

    private static FoundBlock read(BlockId id, Path block) throws IOException {
        Path file = block.resolve(BlockMeta.FILE);
        try {
            return new FoundBlock(
                    "", id, Optional.of(BlockMeta.read(Files.readAllBytes(file), file.toString())), List.of());
        } catch (NoSuchFileException e) {
            return new FoundBlock("", id, Optional.empty(), List.of("partial: has no " + BlockMeta.FILE));
        } catch (DamagedJson e) {
            return new FoundBlock("", id, Optional.empty(), List.of("damaged: " + e.getMessage()));
        }
    }

    @Override
    public void visit(FoundBlock block, Visit visit) throws IOException {
        visit.folder(folder.resolve(block.id().toString()));
    }
}
