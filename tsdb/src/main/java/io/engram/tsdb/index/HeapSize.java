package io.engram.tsdb.index;

import org.roaringbitmap.ContainerPointer;
import org.roaringbitmap.RoaringBitmap;

/** What objects take on the heap, in bytes, with compact object headers and references of 4 bytes. */
final class HeapSize {
    private static final int HEADER = 8;
    private static final int ALIGNMENT = 8;

    private HeapSize() {}

    static long array(long length, int elementBytes) {
        return align(HEADER + 4 + length * elementBytes);
    }

    /** An object whose fields take {@code fieldBytes} together. */
    static long object(int fieldBytes) {
        return align(HEADER + fieldBytes);
    }

    /** A bitmap with its arrays, taken to be trimmed. */
    static long bitmap(RoaringBitmap bitmap) {
        long bytes = object(4) + object(12);
        int containers = 0;
        for (ContainerPointer at = bitmap.getContainerPointer(); at.getContainer() != null; at.advance()) {
            containers++;
            bytes += object(8);
            bytes += array(at.getContainer().getArraySizeInBytes(), 1);
        }
        return bytes + array(containers, 2) + array(containers, 4);
    }

    private static long align(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
