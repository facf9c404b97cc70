package io.engram.storegateway;

/**
 * A window into a file, out of one page where it fits in, else put together. Moved from place to place; for one thread, which
 * may share the {@link Pages} with others.
 */
final class PageView {
    private final Pages pages;
    private StoredFile file;
    private int number = -1;
    private byte[] page;
    private byte[] joined = new byte[4096];

    byte[] data;
    /** What was asked for begins here. */
    int at;
    /** Behind what can be seen. */
    int end;

    PageView(Pages pages) {
        this.pages = pages;
    }

    /**
     * Makes {@code [offset, offset + bytes)} visible, or what the file has of it; more may be.
     *
     * @param offset below the size of the file
     */
    void see(StoredFile in, long offset, int bytes) {
        long until = Math.min(offset + bytes, in.sizeBytes());
        int first = PageKey.number(offset);
        int last = PageKey.number(until - 1);
        int from = (int) (offset - (long) first * PageKey.BYTES);
        if (first == last) {
            data = page(in, first);
            at = from;
            end = data.length;
            return;
        }
        int length = (int) (until - offset);
        if (joined.length < length) {
            joined = new byte[Math.max(length, 2 * joined.length)];
        }
        int filled = 0;
        for (int n = first; n <= last; n++) {
            byte[] part = page(in, n);
            int begin = n == first ? from : 0;
            int count = Math.min(part.length - begin, length - filled);
            System.arraycopy(part, begin, joined, filled, count);
            filled += count;
        }
        data = joined;
        at = 0;
        end = filled;
    }

    private byte[] page(StoredFile in, int wanted) {
        if (in != file || wanted != number) {
            page = pages.page(in, wanted);
            file = in;
            number = wanted;
        }
        return page;
    }

    /** Reads {@code [offset, offset + bytes)} from the bucket anew, whatever the caches have of it. */
    void refresh(StoredFile in, long offset, int bytes) {
        number = -1;
        long until = Math.min(offset + Math.max(1, bytes), in.sizeBytes());
        for (int n = PageKey.number(offset); n <= PageKey.number(until - 1); n++) {
            pages.refresh(in, n);
        }
    }
}
