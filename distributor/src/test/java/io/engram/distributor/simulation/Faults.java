package io.engram.distributor.simulation;

import io.engram.ring.Instance.State;
import java.util.List;

/** What goes wrong in a cluster, and what operators do to it meanwhile: one thing after the other, until it is healed. */
final class Faults {
    private static final int BEGIN_MS = 3_000;
    /** How long something that goes by itself takes at most. */
    private static final int LONGEST_MS = 15_000;

    private final ModelCluster cluster;
    private final Timeline time;
    /** Where things go wrong; null for everywhere. */
    private final String onlyZone;

    Faults(ModelCluster cluster, String onlyZone) {
        this.cluster = cluster;
        this.time = cluster.time;
        this.onlyZone = onlyZone;
    }

    void begin(long untilMs) {
        time.within(1, BEGIN_MS, () -> next(untilMs));
    }

    private void next(long untilMs) {
        if (time.nowMs() >= untilMs) {
            return;
        }
        happen();
        time.within(1, 2_500, () -> next(untilMs));
    }

    private void happen() {
        List<ModelIngester> some = cluster.ingesters.values().stream()
                .filter(ingester -> onlyZone == null || ingester.zone.equals(onlyZone))
                .filter(ingester -> cluster.board.state(ingester.id) != null)
                .toList();
        ModelIngester any = some.get(time.random.nextInt(some.size()));
        long forMs = time.random.nextLong(100, LONGEST_MS);
        switch (time.random.nextInt(15)) {
            case 0, 1 -> kill(any, forMs);
            case 2 -> {
                time.tell(any.id + " is paused");
                any.pause();
                time.in(forMs, any::goOn);
            }
            case 3 -> cutOff(any, forMs);
            case 4 -> {
                time.tell(any.id + " is slow");
                cluster.network.slow(any.id, time.random.nextInt(5_000));
                time.in(forMs, () -> cluster.network.slow(any.id, 0));
            }
            case 5 -> {
                time.tell("messages of " + any.id + " are lost");
                cluster.network.lose(any.id, 30);
                time.in(forMs, () -> cluster.network.lose(any.id, 0));
            }
            case 6 -> restart(any, forMs);
            case 7 -> cluster.join(onlyZone == null ? any.zone : onlyZone);
            case 8 -> cluster.leave(any);
            case 9 -> {
                time.tell("the store is lost");
                cluster.board.lose();
                time.in(forMs, cluster.board::heal);
            }
            case 10 -> {
                String process = cluster.anyProcess();
                time.tell(process + " is cut from the store");
                cluster.board.cut(process);
                time.in(forMs, () -> cluster.board.heal(process));
            }
            case 11 ->
                some.stream()
                        .filter(ingester -> ingester.zone.equals(any.zone))
                        .forEach(ingester -> kill(ingester, forMs));
            case 12 -> {
                if (onlyZone == null) {
                    time.tell("everything is restarted");
                    some.forEach(ingester -> kill(ingester, time.random.nextLong(100, BEGIN_MS)));
                    cluster.restartDistributor();
                }
            }
            case 13 -> {
                time.tell("the disk of " + any.id + " is full");
                any.fillDisk();
                time.in(forMs, any::freeDisk);
            }
            default -> {
                if (onlyZone == null) {
                    cluster.restartDistributor();
                }
            }
        }
    }

    private void kill(ModelIngester ingester, long forMs) {
        if (!ingester.isUp()) {
            return;
        }
        time.tell(ingester.id + " is killed");
        ingester.kill();
        time.in(forMs, () -> cluster.start(ingester));
    }

    private void cutOff(ModelIngester ingester, long forMs) {
        for (String process : cluster.processes()) {
            if (time.chance(50)) {
                time.tell(ingester.id + " is cut from " + process);
                cluster.network.cut(ingester.id, process);
                time.in(forMs, () -> cluster.network.mend(ingester.id, process));
            }
        }
    }

    /** SIGTERM, and a start. */
    private void restart(ModelIngester ingester, long forMs) {
        if (ingester.isUp()
                && cluster.board.state(ingester.id) == State.ACTIVE
                && cluster.board.reachable(ingester.id)) {
            time.tell(ingester.id + " is restarted");
            ingester.refusePushes();
            cluster.board.put(ingester.instance(State.LEAVING));
            time.in(time.random.nextInt(2_000), () -> kill(ingester, forMs));
        }
    }
}
