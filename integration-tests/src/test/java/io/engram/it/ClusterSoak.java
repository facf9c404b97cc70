package io.engram.it;

import io.engram.it.TcpProxy.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.opentest4j.TestAbortedException;

/** All scenes of a cluster, one after the other, as a seed says. */
final class ClusterSoak {
    private final TestedCluster cluster;
    private final SplittableRandom random;
    private final List<Map.Entry<String, Scene>> scenes;

    @FunctionalInterface
    private interface Scene {
        void play() throws Exception;
    }

    ClusterSoak(
            TestedCluster cluster,
            ClusterProcesses processes,
            ClusterCuts cuts,
            ClusterHosts hosts,
            SplittableRandom random) {
        this.cluster = cluster;
        this.random = random;
        this.scenes = new ArrayList<>(List.of(
                scene("ingesters die", () -> processes.oneIngesterDies(1 + random.nextInt(3))),
                scene("a zone dies", () -> processes.aZoneDies(anyZone(), 1 + random.nextInt(2))),
                scene(
                        "an ingester hangs",
                        () -> processes.anIngesterHangs(cluster.anyIngester(), Duration.ofSeconds(60))),
                scene("ZooKeeper is away", processes::zookeeperIsAway),
                scene("everything dies", processes::everythingDies),
                scene("each is restarted", processes::eachIsRestarted),
                scene("an ingester comes and goes", processes::anIngesterComesAndGoesForGood),
                scene("too many die", processes::tooManyDie),
                scene("cut from ZooKeeper", () -> cuts.fromZookeeper(cluster.anyIngester(), brokenLink())),
                scene("cut from peers", () -> cuts.fromPeers(cluster.anyIngester(), brokenLink())),
                scene("cut from the bucket", () -> cuts.fromBucket(cluster.anyIngester(), brokenLink())),
                scene("a full disk", () -> hosts.diskIsFull(cluster.anyIngester())),
                scene("a wrong clock", () -> hosts.clockIsWrong(cluster.anyIngester(), anyOffset()))));
    }

    private static Map.Entry<String, Scene> scene(String name, Scene scene) {
        return Map.entry(name, scene);
    }

    private String anyZone() {
        return "zone-" + (char) ('a' + random.nextInt(3));
    }

    private Link brokenLink() {
        Link[] links = Link.values();
        return links[1 + random.nextInt(links.length - 1)];
    }

    private String anyOffset() {
        return (random.nextBoolean() ? "+" : "-") + (1 + random.nextInt(30)) + "m";
    }

    /** Until the time is over, with the scene that has begun. */
    void play(Duration time) throws Exception {
        long untilNanos = System.nanoTime() + time.toNanos();
        for (int number = 1; System.nanoTime() < untilNanos; number++) {
            var scene = scenes.get(random.nextInt(scenes.size()));
            System.out.println("ClusterSoak: scene " + number + ", " + scene.getKey() + ", after "
                    + cluster.samples.count() + " samples");
            try {
                scene.getValue().play();
            } catch (TestAbortedException e) {
                scenes.remove(scene); // something is not installed; the scene said so
            }
        }
    }
}
