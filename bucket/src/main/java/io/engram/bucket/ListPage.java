package io.engram.bucket;

import java.util.List;

/**
 * Part of a listing. Objects and folders are each in order, but a folder may stand on another page than its neighbours.
 *
 * @param folders whole prefixes that end in {@code /}; empty where all objects are listed
 */
public record ListPage(List<ObjectInfo> objects, List<String> folders) {
    public ListPage {
        objects = List.copyOf(objects);
        folders = List.copyOf(folders);
    }
}
