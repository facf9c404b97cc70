package io.engram.ring;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Which instances a read may do without, because whatever a quorum has taken is on another one too.
 *
 * <p>With zones, all instances of one zone; so long as no zone has more copies of a series than may be missing from a
 * quorum. Else ⌊(copies − 1) / 2⌋ instances, wherever they are.
 *
 * @param byZone whether a whole zone may be missing
 * @param instances how many may be missing, where that is not so
 */
public record ReadTolerance(boolean byZone, int instances) {
    /** Everybody has to answer. */
    public static final ReadTolerance NONE = new ReadTolerance(false, 0);

    /** @param ring whose instances are all asked */
    public static ReadTolerance of(Ring ring, int replicationFactor) {
        int spare = (replicationFactor - 1) / 2;
        int zones = Math.max(1, ring.zoneCount());
        int perZone = (replicationFactor + zones - 1) / zones;
        return new ReadTolerance(zones > 1 && perZone <= spare, spare);
    }

    /** Whether the answer is whole without these. */
    public boolean allows(Collection<Instance> missing) {
        if (missing.size() <= instances) {
            return true;
        }
        if (!byZone) {
            return false;
        }
        Set<String> zones = new HashSet<>();
        missing.forEach(instance -> zones.add(instance.zone()));
        return zones.size() <= 1;
    }
}
