package io.engram.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.engram.it.TcpProxy.Link;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Processes of a cluster die, hang and are cut off while it is written to and asked. Every write must succeed and every
 * answer be right meanwhile, unless the scene says otherwise. Each leaves the cluster whole; the samples of all of them are
 * found at the end of each.
 */
class ClusterIT {
    private static final long SOAK_SECONDS = Long.getLong("engram.test.cluster-seconds", 0);
    private static final SplittableRandom RANDOM = Seeds.random();

    private static TestedCluster cluster;
    private static ClusterProcesses processes;
    private static ClusterCuts cuts;
    private static ClusterHosts hosts;

    @BeforeAll
    static void start() throws IOException {
        cluster = new TestedCluster(RANDOM);
        processes = new ClusterProcesses(cluster);
        cuts = new ClusterCuts(cluster);
        hosts = new ClusterHosts(cluster);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void anyOneIngesterMayDieUnderLoad() throws Exception {
        processes.oneIngesterDies(3);
    }

    @Test
    void aWholeZoneMayDieUnderLoad() throws Exception {
        processes.aZoneDies("zone-b", 2);
    }

    @Test
    void anIngesterThatHangsIsNotWaitedFor() throws Exception {
        processes.anIngesterHangs(cluster.anyIngester(), Duration.ofSeconds(10));
    }

    @Test
    void withoutZookeeperTrafficGoesOn() throws Exception {
        processes.zookeeperIsAway();
    }

    @Test
    void everythingDiesAtOnce() throws Exception {
        processes.everythingDies();
    }

    @Test
    void eachProcessIsRestartedInTurnUnderLoad() throws Exception {
        processes.eachIsRestarted();
    }

    @Test
    void anIngesterComesAndGoesForGood() throws Exception {
        processes.anIngesterComesAndGoesForGood();
    }

    @Test
    void tooFewCopiesAreRefusedAndSaySo() throws Exception {
        processes.tooManyDie();
    }

    @Test
    void anIngesterMayLoseZookeeper() throws Exception {
        cuts.fromZookeeper(cluster.anyIngester(), Link.SILENT);
    }

    @Test
    void anIngesterMayBeRefusedByZookeeper() throws Exception {
        cuts.fromZookeeper(cluster.anyIngester(), Link.REFUSED);
    }

    @Test
    void anIngesterMayFallSilent() throws Exception {
        cuts.fromPeers(cluster.anyIngester(), Link.SILENT);
    }

    @Test
    void theAnswersOfAnIngesterMayBeLost() throws Exception {
        cuts.fromPeers(cluster.anyIngester(), Link.ANSWERS_LOST);
    }

    @Test
    void anIngesterMayBeOutOfReach() throws Exception {
        cuts.fromPeers(cluster.anyIngester(), Link.REFUSED);
    }

    @Test
    void anIngesterMayLoseTheBucket() throws Exception {
        cuts.fromBucket(cluster.anyIngester(), Link.REFUSED);
    }

    @Test
    void theBucketMayFallSilentForAnIngester() throws Exception {
        cuts.fromBucket(cluster.anyIngester(), Link.SILENT);
    }

    @Test
    void theDiskOfAnIngesterMayBeFull() throws Exception {
        hosts.diskIsFull(cluster.anyIngester());
    }

    @Test
    void aClockMayBeBehind() throws Exception {
        hosts.clockIsWrong(cluster.anyIngester(), "-7m");
    }

    @Test
    void aClockMayBeAhead() throws Exception {
        hosts.clockIsWrong(cluster.anyIngester(), "+7m");
    }

    /** For hours: {@code -Psoak}, or {@code -Dengram.test.cluster-seconds=7200 -Dengram.test.seed=N}. */
    @Test
    void anySceneMayFollowAnyOther() throws Exception {
        assumeTrue(SOAK_SECONDS > 0, "for a soak");
        new ClusterSoak(cluster, processes, cuts, hosts, RANDOM).play(Duration.ofSeconds(SOAK_SECONDS));
    }
}
