package io.engram.model.block;

/**
 * A file of a block.
 *
 * @param path relative to the block's folder, with {@code /}: {@code chunks/000001}
 * @param sizeBytes 0 where unknown, as for {@code meta.json}, which cannot know its own
 */
public record BlockFile(String path, long sizeBytes) {
    /** @throws IllegalArgumentException for a path that leads out of the block's folder */
    public BlockFile {
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..") || part.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("'" + path + "' is not the path of a file inside a block");
            }
        }
        if (sizeBytes < 0) {
            throw new IllegalArgumentException(
                    "the size of file " + path + " is " + sizeBytes + ", expected at least 0");
        }
    }
}
