package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ShardTest {
    @Test
    void aShardHasAsManyInEachZone() {
        Seeds.check(200, random -> {
            int zones = random.nextInt(1, 4);
            Ring ring = ring(random, zones * random.nextInt(2, 20), zones);
            int size = random.nextInt(1, ring.instances().size());
            Ring shard = ring.shard("tenant", size);
            int perZone = Math.min((size + zones - 1) / zones, ring.instances().size() / zones);
            Map<String, Long> counts =
                    shard.instances().stream().collect(Collectors.groupingBy(Instance::zone, Collectors.counting()));
            assertEquals(zones, counts.size());
            counts.values().forEach(count -> assertEquals(perZone, count.intValue()));
        });
    }

    @Test
    void anInstanceThatComesTakesThePlaceOfAtMostOne() {
        Seeds.check(500, random -> {
            int zones = random.nextInt(1, 4);
            Ring ring = ring(random, zones * random.nextInt(3, 20), zones);
            Instance added = instance("added", "zone-" + random.nextInt(zones), random.nextInt());
            String key = "tenant-" + random.nextInt();
            int size = random.nextInt(1, ring.instances().size() - 1);
            Set<String> before = ids(ring.shard(key, size));
            Set<String> after = ids(ring.with(added).shard(key, size));
            Set<String> pushedOut = new HashSet<>(before);
            pushedOut.removeAll(after);
            assertTrue(pushedOut.size() <= 1, pushedOut.toString());
            after.removeAll(before);
            assertTrue(after.isEmpty() || after.equals(Set.of("added")), after.toString());
        });
    }

    @Test
    void noSizeOrOneThatReachesAllIsTheRing() {
        Ring ring = ring(Seeds.random(), 6, 3);
        assertSame(ring, ring.shard("tenant", 0));
        assertSame(ring, ring.shard("tenant", 6));
        assertSame(ring, ring.shard("tenant", 7));
        assertSame(Ring.EMPTY, Ring.EMPTY.shard("tenant", 3));
    }

    @Test
    void aShardIsMadeOnceAndTheSameInEveryProcess() {
        SplittableRandom random = Seeds.random();
        Ring ring = ring(random, 9, 3);
        assertSame(ring.shard("tenant", 3), ring.shard("tenant", 3));
        assertEquals(ids(ring.shard("tenant", 3)), ids(Ring.of(ring.instances()).shard("tenant", 3)));
        List<Instance> few = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            few.add(instance("ingester-" + i, "", i));
        }
        assertEquals(
                Set.of("ingester-3", "ingester-4"), ids(Ring.of(few).shard("tenant-1", 2)), "pinned: may never change");
    }

    @Test
    void shardsOfManyTenantsSpreadOverAll() {
        Ring ring = ring(Seeds.random(), 30, 3);
        Map<String, Integer> times = new HashMap<>();
        for (int tenant = 0; tenant < 3000; tenant++) {
            ids(ring.shard("tenant-" + tenant, 6)).forEach(id -> times.merge(id, 1, Integer::sum));
        }
        assertEquals(30, times.size());
        times.values().forEach(count -> assertEquals(600, count, 120));
    }

    @Test
    void whoIsReadOnlyIsReadBesideThoseThatAreWritten() {
        Ring ring = ring(Seeds.random(), 9, 3);
        Ring shard = ring.shard("tenant", 3);
        Instance told = shard.instances().getFirst();
        Ring changed = ring.only(instance -> !instance.equals(told)).with(told.withReadOnly(true));
        Set<String> now = ids(changed.shard("tenant", 3));
        assertEquals(4, now.size());
        assertTrue(now.containsAll(ids(shard)));
    }

    @Test
    void readersStillAskWhomANewInstancePushedOut() {
        Seeds.check(200, random -> {
            Ring ring = ring(random, 8, 1);
            Set<String> before = ids(ring.shard("tenant", 3));
            Instance added = new Instance(
                    "added", "", "zone-0", Instance.State.ACTIVE, false, true, List.of(random.nextInt()), 1000);
            Ring grown = ring.with(added);
            assertTrue(ids(grown.shardSince("tenant", 3, 1000)).containsAll(before));
            assertEquals(ids(grown.shard("tenant", 3)), ids(grown.shardSince("tenant", 3, 1001)));
        });
    }

    private static Ring ring(SplittableRandom random, int count, int zones) {
        List<Instance> instances = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            instances.add(instance("i" + i, "zone-" + i % zones, random.nextInt()));
        }
        return Ring.of(instances);
    }

    private static Instance instance(String id, String zone, int token) {
        return new Instance(id, "", zone, Instance.State.ACTIVE, List.of(token));
    }

    private static Set<String> ids(Ring ring) {
        return ring.instances().stream().map(Instance::id).collect(Collectors.toCollection(HashSet::new));
    }
}
