package io.engram.tsdb.head;

import io.engram.model.labels.Label;
import io.engram.model.limits.Limits;
import io.engram.model.replica.ReplicaNames;
import io.engram.tsdb.index.LabelIndex;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Gives each replica that sends to a tenant a small number, which the records of its series keep, so that a sample is
 * counted without a look at labels. Numbers begin at 1; one is given out again when no series has it and nothing is counted
 * under it any more.
 *
 * <p>Guarded by the tenant's index lock, but for {@link #at}: that is safe for whoever holds a count under the number.
 */
final class ReplicaNumbers {
    /** Series of further ones are not counted: who leads among them is decided by their names. */
    static final int MAX_REPLICAS = 4096;

    static final int MAX_CLUSTERS = 1024;
    /** The number of a series that takes no part. */
    static final int NONE = 0;

    /** Whose samples are counted together. */
    record Replica(String cluster, String name) {}

    private enum Role {
        CLUSTER,
        REPLICA,
        OTHER
    }

    private final LabelIndex index;
    private final Map<Replica, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> replicasOf = new HashMap<>(); // by cluster
    private volatile Replica[] replicas = new Replica[1]; // by number; an entry is replaced, never changed
    private int[] seriesOf = new int[1]; // by number

    /** Of the limits as they were when a series came last. */
    private Limits limits;

    private Role[] roles = {}; // by the number of the label's name
    private int[] ids = new int[64];

    /** Neighbours mostly come from the same replica. */
    private int lastClusterPair = -1;

    private int lastReplicaPair = -1;
    private int lastNumber;

    /** Series that came when there was no number left, since the start. */
    private long uncounted;

    ReplicaNumbers(LabelIndex index) {
        this.index = index;
    }

    /** The number for a series that has just been added to the index. */
    int added(int series, Limits now) {
        if (now.replicaLabels().isEmpty()) {
            return NONE;
        }
        follow(now);
        int count = index.pairCount(series);
        if (count > ids.length) {
            ids = new int[2 * count];
        }
        index.pairIds(series, ids);
        int clusterPair = -1;
        int replicaPair = -1;
        boolean several = false;
        for (int i = 0; i < count; i++) {
            Role role = role(ids[i]);
            if (role == Role.CLUSTER) {
                clusterPair = ids[i];
            } else if (role == Role.REPLICA) {
                several |= replicaPair >= 0;
                replicaPair = ids[i];
            }
        }
        if (replicaPair < 0) {
            return NONE;
        }
        int number = lastNumber;
        if (several || clusterPair != lastClusterPair || replicaPair != lastReplicaPair) {
            number = number(replica(clusterPair, count));
            lastClusterPair = several ? -2 : clusterPair;
            lastReplicaPair = replicaPair;
            lastNumber = number;
        }
        if (number == NONE) {
            uncounted++;
        } else {
            seriesOf[number]++;
        }
        return number;
    }

    private Replica replica(int clusterPair, int count) {
        String name = null;
        for (int i = 0; i < count; i++) {
            if (role(ids[i]) == Role.REPLICA) {
                name = ReplicaNames.join(name, index.label(ids[i]).value());
            }
        }
        return new Replica(clusterPair < 0 ? "" : index.label(clusterPair).value(), name);
    }

    private Role role(int pair) {
        int name = index.nameNumber(pair);
        if (name >= roles.length) {
            roles = Arrays.copyOf(roles, Math.max(64, 2 * name));
        }
        if (roles[name] == null) {
            String label = index.label(pair).name();
            roles[name] = limits.replicaLabels().contains(label)
                    ? Role.REPLICA
                    : label.equals(limits.haClusterLabel()) && !label.equals(Label.METRIC_NAME)
                            ? Role.CLUSTER
                            : Role.OTHER;
        }
        return roles[name];
    }

    /** Series keep the number that they were given; new ones follow the limits as they are now. */
    private void follow(Limits now) {
        if (limits != now) {
            if (limits == null
                    || !limits.replicaLabels().equals(now.replicaLabels())
                    || !limits.haClusterLabel().equals(now.haClusterLabel())) {
                Arrays.fill(roles, null);
                lastReplicaPair = -1;
            }
            limits = now;
        }
    }

    /** The number that a replica has; {@link #NONE} where it has none. */
    int known(Replica replica) {
        return numbers.getOrDefault(replica, NONE);
    }

    /** The number of a replica; {@link #NONE} where there are too many. */
    int number(Replica replica) {
        Integer known = numbers.get(replica);
        if (known != null) {
            return known;
        }
        if (numbers.size() >= MAX_REPLICAS
                || replicasOf.size() >= MAX_CLUSTERS && !replicasOf.containsKey(replica.cluster)) {
            return NONE;
        }
        int number = 1;
        while (number < replicas.length && replicas[number] != null) {
            number++;
        }
        Replica[] all = Arrays.copyOf(replicas, Math.max(replicas.length, number + 1));
        all[number] = replica;
        seriesOf = Arrays.copyOf(seriesOf, all.length);
        replicas = all;
        numbers.put(replica, number);
        replicasOf.merge(replica.cluster, 1, Integer::sum);
        return number;
    }

    /** A series with this number is gone. */
    void removed(int number) {
        seriesOf[number]--;
    }

    /** Lets go of the numbers that no series has, but for those in {@code counted}. */
    void keep(Set<Integer> counted) {
        Replica[] all = replicas.clone();
        for (int number = 1; number < all.length; number++) {
            if (all[number] != null && seriesOf[number] == 0 && !counted.contains(number)) {
                numbers.remove(all[number]);
                replicasOf.computeIfPresent(all[number].cluster, (_, count) -> count == 1 ? null : count - 1);
                all[number] = null;
            }
        }
        replicas = all;
        lastReplicaPair = -1;
    }

    /** Who has a number. */
    Replica at(int number) {
        return replicas[number];
    }

    long uncounted() {
        return uncounted;
    }
}
