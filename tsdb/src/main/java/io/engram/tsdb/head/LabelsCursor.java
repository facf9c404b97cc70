package io.engram.tsdb.head;

import io.engram.model.read.LabelsBatch;
import io.engram.tsdb.index.LabelView;
import java.util.List;
import org.roaringbitmap.IntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * The labels of series that were found, a batch at a time. Series that are removed meanwhile are still told. Used by one
 * thread at a time; keeps the memory of removed series until it is closed.
 */
public final class LabelsCursor implements AutoCloseable {
    private final LabelView view;
    private final IntIterator numbers;
    private final List<String> without;

    /** @param without names of labels that are not told */
    LabelsCursor(LabelView view, RoaringBitmap found, List<String> without) {
        this.view = view;
        this.without = without;
        this.numbers = found.getIntIterator();
    }

    /**
     * Brings the next series into {@code into}, which is cleared first, until it holds {@code bytes}; a series is never
     * cut. False at the end.
     */
    public boolean next(LabelsBatch into, int bytes) {
        into.clear();
        while (numbers.hasNext() && into.sizeBytes() < bytes) {
            view.addTo(into, numbers.next(), without);
        }
        return into.count() > 0;
    }

    @Override
    public void close() {
        view.close();
    }
}
