package io.engram.model.block;

/**
 * What folding the replicas of a block came to. Series are counted as a query names them, without replica labels: the twins
 * of one are one.
 *
 * @param merged several twins had samples, and were written as one series without replica labels
 * @param single one replica had samples; they were written as they were, without replica labels
 * @param unlike stayed apart: the twins do not look alike
 * @param counterDrops stayed apart: at a change of twin a counter would fall, and nobody could tell later that it was no reset
 * @param borders stayed apart: beside a neighbour that is not folded the series would read otherwise than with it
 */
public record Folded(long merged, long single, long unlike, long counterDrops, long borders) {
    public static final Folded NOTHING = new Folded(0, 0, 0, 0, 0);

    public Folded {
        if (merged < 0 || single < 0 || unlike < 0 || counterDrops < 0 || borders < 0) {
            throw new IllegalArgumentException("counts of folded series must not be negative");
        }
    }

    /** Series whose twins stayed as they were. */
    public long apart() {
        return unlike + counterDrops + borders;
    }

    public Folded plus(Folded other) {
        return new Folded(
                merged + other.merged,
                single + other.single,
                unlike + other.unlike,
                counterDrops + other.counterDrops,
                borders + other.borders);
    }
}
