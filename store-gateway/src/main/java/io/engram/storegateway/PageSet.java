package io.engram.storegateway;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Pages that somebody wants, by file. Pages may be added more than once; for one thread. */
final class PageSet {
    /** Numbers of pages, as they came. */
    static final class Numbers {
        private int[] numbers = new int[16];
        private int count;

        private int add(int number) {
            if (count > 0 && numbers[count - 1] == number) {
                return 0;
            }
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
            }
            numbers[count++] = number;
            return 1;
        }

        /** Rising, each once. */
        int[] sorted() {
            Arrays.sort(numbers, 0, count);
            int kept = 0;
            for (int i = 0; i < count; i++) {
                if (kept == 0 || numbers[i] != numbers[kept - 1]) {
                    numbers[kept++] = numbers[i];
                }
            }
            count = kept;
            return Arrays.copyOf(numbers, kept);
        }
    }

    private final Map<StoredFile, Numbers> files = new LinkedHashMap<>();
    private StoredFile lastFile;
    private Numbers last;

    /**
     * Adds the pages in which {@code [offset, end)} lies; the end of the file bounds it.
     *
     * @return how many more there are; those that were added before the last one count again
     */
    int add(StoredFile file, long offset, long end) {
        if (file != lastFile) {
            lastFile = file;
            last = files.computeIfAbsent(file, _ -> new Numbers());
        }
        int until = PageKey.number(Math.min(end, file.sizeBytes()) - 1);
        int added = 0;
        for (int page = PageKey.number(offset); page <= until; page++) {
            added += last.add(page);
        }
        return added;
    }

    Map<StoredFile, Numbers> files() {
        return files;
    }

    boolean isEmpty() {
        return files.isEmpty();
    }
}
