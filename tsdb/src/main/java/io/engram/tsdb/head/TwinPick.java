package io.engram.tsdb.head;

import io.engram.model.labels.Matcher;
import io.engram.tsdb.index.LabelView;
import java.util.List;
import org.roaringbitmap.IntIterator;
import org.roaringbitmap.RoaringBitmap;

/** Leaves one of the series that differ in nothing but replica labels, so that those of an HA pair are counted once. */
final class TwinPick {
    private TwinPick() {}

    /**
     * @param selection null for all series; not changed
     * @return the selection itself where none of its series has a replica label, else one of its own
     */
    static RoaringBitmap one(LabelView view, RoaringBitmap selection, List<String> replicaLabels) {
        RoaringBitmap labelled = new RoaringBitmap();
        for (String label : replicaLabels) {
            labelled.or(view.select(List.of(new Matcher(Matcher.Type.NOT_EQUAL, label, ""))));
        }
        if (selection != null) {
            labelled.and(selection);
        }
        if (labelled.isEmpty()) {
            return selection;
        }
        RoaringBitmap kept = selection == null ? view.all() : selection.clone();
        HashSet64 seen = new HashSet64(labelled.getCardinality());
        int[] ids = new int[64];
        int[] replica = new int[replicaLabels.size()];
        for (IntIterator numbers = labelled.getIntIterator(); numbers.hasNext(); ) {
            int series = numbers.next();
            if (ids.length < view.labelCount(series)) {
                ids = new int[2 * view.labelCount(series)];
            }
            for (int i = 0; i < replica.length; i++) {
                replica[i] = view.pairId(series, replicaLabels.get(i));
            }
            int count = view.pairIds(series, ids);
            if (!seen.add(hash(ids, count, replica))) {
                kept.remove(series);
            }
        }
        return kept;
    }

    /** Of the pairs but for the replica's. Two of a million series have the same once in thirty million times. */
    private static long hash(int[] ids, int count, int[] replica) {
        long hash = 0x9E3779B97F4A7C15L;
        for (int i = 0; i < count; i++) {
            boolean left = false;
            for (int id : replica) {
                left |= id == ids[i];
            }
            if (!left) {
                hash = (hash ^ ids[i]) * 0xBF58476D1CE4E5B9L;
                hash ^= hash >>> 31;
                hash *= 0x94D049BB133111EBL;
                hash ^= hash >>> 30;
            }
        }
        return hash;
    }

    /** A set of hashes; open addressing, half full at most. */
    private static final class HashSet64 {
        private final long[] slots;

        HashSet64(int most) {
            slots = new long[Integer.highestOneBit(Math.max(8, most)) << 2];
        }

        /** False where it is there. A hash of 0 counts as 1. */
        boolean add(long given) {
            long hash = given == 0 ? 1 : given;
            int slot = (int) (hash ^ hash >>> 32) & slots.length - 1;
            while (slots[slot] != 0) {
                if (slots[slot] == hash) {
                    return false;
                }
                slot = (slot + 1) & slots.length - 1;
            }
            slots[slot] = hash;
            return true;
        }
    }
}
