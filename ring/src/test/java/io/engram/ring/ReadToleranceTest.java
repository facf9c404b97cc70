package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ReadToleranceTest {
    private static Ring ring(SplittableRandom random, int instances, int zones) {
        List<Instance> members = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
            String zone = zones == 0 ? "" : "zone-" + i % zones;
            members.add(new Instance(
                    "i" + i,
                    "",
                    zone,
                    Instance.State.ACTIVE,
                    random.ints(16).boxed().toList()));
        }
        return Ring.of(members);
    }

    /** Whatever is allowed to be missing: of any quorum of any series' instances, one is left. */
    @Test
    void whatMayBeMissingIsNeverAWholeQuorum() {
        Seeds.check(300, random -> {
            int copies = 1 + random.nextInt(6);
            Ring ring = ring(random, 1 + random.nextInt(9), random.nextInt(6));
            ReadTolerance tolerance = ReadTolerance.of(ring, copies);
            List<Instance> missing = ring.instances().stream()
                    .filter(_ -> random.nextInt(3) == 0)
                    .toList();
            if (random.nextBoolean()) {
                String zone = ring.instances().getFirst().zone();
                missing = ring.instances().stream()
                        .filter(instance -> instance.zone().equals(zone))
                        .toList();
            }
            if (!tolerance.allows(missing)) {
                return;
            }
            for (int token : random.ints(50).toArray()) {
                ReplicationSet set = ring.owners(token, copies);
                long gone = set.instances().stream().filter(missing::contains).count();
                assertTrue(gone < set.quorum(), "a quorum of " + set + " is missing");
            }
        });
    }

    @Test
    void oneOfThreeZonesMayBeMissingWhole() {
        Ring ring = ring(Seeds.random(), 9, 3);
        List<Instance> zone = ring.instances().stream()
                .filter(instance -> instance.zone().equals("zone-1"))
                .toList();
        ReadTolerance tolerance = ReadTolerance.of(ring, 3);
        assertTrue(tolerance.allows(zone));
        List<Instance> andOneMore = new ArrayList<>(zone);
        andOneMore.add(ring.instances().getFirst());
        assertFalse(tolerance.allows(andOneMore));
    }

    @Test
    void oneCopyIsNotToBeMissed() {
        Ring ring = ring(Seeds.random(), 3, 3);
        assertFalse(ReadTolerance.of(ring, 1).allows(List.of(ring.instances().getFirst())));
    }

    /** Two of two zones' copies may be a quorum of three. */
    @Test
    void twoZonesAreTooFewToLoseOne() {
        Ring ring = ring(Seeds.random(), 4, 2);
        assertEquals(new ReadTolerance(false, 1), ReadTolerance.of(ring, 3));
    }

    /** Written down: other tokens would move every block and every tenant. */
    @Test
    void tokensNeverChange() {
        assertEquals(KeyTokens.ofBlock(BlockId.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV")), BLOCK_TOKEN);
        assertEquals(KeyTokens.ofTenant(new TenantId("team-a")), TENANT_TOKEN);
    }

    private static final int BLOCK_TOKEN = -546619520;
    private static final int TENANT_TOKEN = -432826439;
}
