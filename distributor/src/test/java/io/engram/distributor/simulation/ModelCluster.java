package io.engram.distributor.simulation;

import io.engram.ring.Instance.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All processes, and how they come and go. */
final class ModelCluster {
    private static final int TOKENS = 8;
    private static final int MOST_INGESTERS = 9;
    private static final int DISTRIBUTORS = 2;
    private static final int QUERIERS = 2;

    final Timeline time;
    final Network network;
    final RingBoard board;
    final Map<String, ModelIngester> ingesters = new LinkedHashMap<>();
    final List<ModelDistributor> distributors = new ArrayList<>();
    final List<ModelQuerier> queriers = new ArrayList<>();
    /** What is in blocks: there for all who begin to read after it came. */
    private final Map<Long, Map<Long, Double>> bucket = new HashMap<>();

    /** Who was never written to. */
    private final Set<String> newcomers = new HashSet<>();

    private final int zones;
    private int made;

    /** @param zones 0 where there are none */
    ModelCluster(Timeline time, int zones, int first) {
        this.time = time;
        this.zones = zones;
        this.network = new Network(time);
        this.board = new RingBoard(time);
        for (int i = 0; i < first; i++) {
            board.put(make(zone(i)).instance(State.ACTIVE));
        }
        for (int i = 0; i < DISTRIBUTORS; i++) {
            distributors.add(distributor("distributor-" + i));
        }
        for (int i = 0; i < QUERIERS; i++) {
            String id = "querier-" + i;
            queriers.add(new ModelQuerier(id, time, network, ingesters, board.watch(id), bucket));
        }
    }

    private String zone(int ordinal) {
        return zones == 0 ? "" : "zone-" + ordinal % zones;
    }

    private ModelIngester make(String zone) {
        String id = "ingester-" + made++;
        List<Integer> tokens = time.random.ints(TOKENS).boxed().toList();
        ModelIngester ingester = new ModelIngester(id, zone, tokens, time);
        ingesters.put(id, ingester);
        return ingester;
    }

    private ModelDistributor distributor(String id) {
        return new ModelDistributor(id, time, network, ingesters, board.watch(id));
    }

    List<String> processes() {
        List<String> all = new ArrayList<>();
        distributors.forEach(distributor -> all.add(distributor.id));
        queriers.forEach(querier -> all.add(querier.id));
        return all;
    }

    String anyProcess() {
        List<String> all = processes();
        all.addAll(ingesters.keySet());
        return all.get(time.random.nextInt(all.size()));
    }

    ModelDistributor anyDistributor() {
        return distributors.get(time.random.nextInt(distributors.size()));
    }

    ModelQuerier anyQuerier() {
        return queriers.get(time.random.nextInt(queriers.size()));
    }

    void restartDistributor() {
        int which = time.random.nextInt(distributors.size());
        if (!board.reachable(distributors.get(which).id)) {
            return; // it would wait for the store
        }
        time.tell(distributors.get(which).id + " is killed and started");
        distributors.get(which).kill();
        distributors.set(which, distributor(distributors.get(which).id));
    }

    /** After a kill: it has its disk, and comes onto the ring again. */
    void start(ModelIngester ingester) {
        if (!ingester.isUp() && board.state(ingester.id) != null) {
            time.tell(ingester.id + " is started");
            ingester.start();
            register(ingester, ingester.life());
        }
    }

    private void register(ModelIngester ingester, int life) {
        if (ingester.life() != life || !ingester.isUp()) {
            return;
        }
        if (!board.reachable(ingester.id) || ingester.isPaused()) {
            time.in(500, () -> register(ingester, life));
        } else if (board.state(ingester.id) == State.JOINING) {
            if (newcomers.contains(ingester.id)
                    && !board.seenByAll(ingester.id)) { // what is written to it must be looked for there
                time.in(500, () -> register(ingester, life));
                return;
            }
            time.tell(ingester.id + " is active");
            board.put(ingester.instance(State.ACTIVE));
            newcomers.remove(ingester.id);
        } else {
            board.put(ingester.instance(State.JOINING));
            time.within(1, 3_000, () -> register(ingester, life));
        }
    }

    /** One more; not while somebody would not see it. */
    void join(String zone) {
        if (board.reachableForAll() && ingesters.size() < MOST_INGESTERS) {
            ModelIngester ingester = make(zone);
            time.tell(ingester.id + " (" + zone + ") joins");
            newcomers.add(ingester.id);
            register(ingester, ingester.life());
        }
    }

    /** Ships all that it has, and goes for good; not the last of its zone, nor while somebody would not see it. */
    void leave(ModelIngester ingester) {
        long others = board.activeInZone(ingester.zone) - 1;
        if (!board.reachableForAll()
                || others < (zones == 0 ? ModelDistributor.REPLICATION_FACTOR : 1)
                || !ingester.isUp()
                || ingester.isPaused()
                || board.state(ingester.id) != State.ACTIVE) {
            return;
        }
        time.tell(ingester.id + " leaves");
        int life = ingester.life();
        ingester.refusePushes();
        board.put(ingester.instance(State.LEAVING));
        time.within(100, 5_000, () -> ship(ingester, life));
    }

    private void ship(ModelIngester ingester, int life) {
        if (ingester.life() != life) {
            return; // it starts again
        }
        if (!board.reachable(ingester.id) || ingester.isPaused()) {
            time.in(500, () -> ship(ingester, life));
            return;
        }
        ingester.everything().forEach((series, samples) -> bucket.computeIfAbsent(series, _ -> new HashMap<>())
                .putAll(samples));
        board.forget(ingester.id);
        time.in(RingBoard.SEEN_MS, () -> {
            time.tell(ingester.id + " is gone");
            ingester.kill();
        });
    }

    /** Everything is as it should be again, but for what a process has to do itself. */
    void heal() {
        time.tell("all is mended");
        network.heal();
        board.heal();
        ingesters.values().forEach(ModelIngester::goOn);
        ingesters.values().forEach(this::start);
    }
}
