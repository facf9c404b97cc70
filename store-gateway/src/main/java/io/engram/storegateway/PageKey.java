package io.engram.storegateway;

/**
 * A page of a file: bytes {@code [number × BYTES, (number + 1) × BYTES)}, or up to the end of the file.
 *
 * @param handle of the block in this process
 * @param file 0 for the index, from 1 for chunk segments
 */
record PageKey(long handle, int file, int number) {
    /** Some dozens of series entries, or the chunks of a day of two series: little is read in vain, and few pages make an answer. */
    static final int BYTES = 16 << 10;

    static PageKey of(StoredFile file, long offset) {
        return new PageKey(file.handle(), file.number(), number(offset));
    }

    static int number(long offset) {
        return (int) (offset / BYTES);
    }

    static Range range(StoredFile file, int number) {
        long from = (long) number * BYTES;
        return new Range(from, Math.min(from + BYTES, file.sizeBytes()));
    }

    @Override
    public int hashCode() {
        long h = (handle * 0x9E3779B97F4A7C15L + number) * 0x9E3779B97F4A7C15L + file;
        return (int) (h ^ h >>> 32);
    }
}
