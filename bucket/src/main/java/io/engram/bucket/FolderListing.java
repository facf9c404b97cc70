package io.engram.bucket;

import io.engram.bucket.Bucket.Depth;
import io.engram.bucket.Bucket.PageConsumer;
import io.engram.model.labels.Utf8Order;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** One walk over a folder in the order of keys, handed on in pages. */
final class FolderListing {
    private static final int PAGE = 1000;

    private final Path root;
    private final Depth depth;
    private final PageConsumer pages;
    private final List<ObjectInfo> objects = new ArrayList<>();
    private final List<String> folders = new ArrayList<>();

    /** A file or a folder; the name of a folder ends in {@code /}, which is how it sorts among the keys below it. */
    private record Entry(String name, Path path, BasicFileAttributes attributes) {}

    FolderListing(Path root, Depth depth, PageConsumer pages) {
        this.root = root;
        this.depth = depth;
        this.pages = pages;
    }

    void list(String prefix) throws IOException {
        if (walk(prefix) && !(objects.isEmpty() && folders.isEmpty())) {
            flush();
        }
    }

    private boolean walk(String prefix) throws IOException {
        for (Entry entry : entries(root.resolve(prefix), prefix)) {
            String key = prefix + entry.name;
            if (!entry.attributes.isDirectory()) {
                objects.add(new ObjectInfo(
                        key,
                        entry.attributes.size(),
                        entry.attributes.lastModifiedTime().toMillis(),
                        FolderWrites.version(entry.attributes)));
            } else if (depth == Depth.ALL) {
                if (!walk(key)) {
                    return false;
                }
            } else if (hasObject(entry.path)) {
                folders.add(key);
            }
            if (objects.size() + folders.size() >= PAGE && !flush()) {
                return false;
            }
        }
        return true;
    }

    private boolean flush() throws IOException {
        boolean goOn = pages.accept(new ListPage(objects, folders));
        objects.clear();
        folders.clear();
        return goOn;
    }

    private static List<Entry> entries(Path folder, String prefix) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!prefix.isEmpty() || !name.equals(FolderWrites.OWN_FOLDER)) {
                    add(name, file, entries);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException _) {
            return List.of(); // as where no key begins so
        }
        entries.sort((a, b) -> Utf8Order.compare(a.name, b.name));
        return entries;
    }

    private static void add(String name, Path file, List<Entry> entries) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isDirectory() || attributes.isRegularFile()) {
                entries.add(new Entry(attributes.isDirectory() ? name + "/" : name, file, attributes));
            }
        } catch (NoSuchFileException _) {
            // deleted meanwhile
        }
    }

    /** A process that was killed may leave folders without objects: there are none in a bucket. */
    private static boolean hasObject(Path folder) throws IOException {
        for (Entry entry : entries(folder, "/")) {
            if (!entry.attributes.isDirectory() || hasObject(entry.path)) {
                return true;
            }
        }
        return false;
    }
}
