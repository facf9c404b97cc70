package io.engram.distributor;

import io.engram.model.metadata.MetricMetadata;
import io.engram.model.write.WriteBatch;
import io.engram.ring.Instance;
import io.engram.ring.Replicas;
import io.engram.ring.ReplicationSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Which instance gets what of a batch. Its series fall into groups, one for each replication set that any of them has;
 * an instance gets the groups whose sets it is in. Where there is one group, every instance gets the batch itself.
 *
 * <pre>
 * group g:  copies member[g * copiesEach] .. , memberCount[g] of them
 * row r:    in group groupOfRow[r]; in group 0 where that is null
 * </pre>
 *
 * Valid while the batch is borrowed, but for {@link #groupOfRow} and the rows of parts.
 */
final class CopyPlan {
    /** Spreads hash codes over all tokens. */
    private static final int HASH_SPREAD = 0x9E3779B1;

    /**
     * What one instance gets.
     *
     * @param part null where it is the whole batch
     * @param groups those that are in it
     */
    record Copy(Instance instance, BatchPart part, int[] groups) {}

    private final WriteBatch whole;
    private final Replicas replicas;
    private final int copiesEach;

    /** By the ring's ordinal of a set: its group and one; 0 where no series has it. */
    private int[] groupOfSet = new int[0];

    private int groupCount;
    private int[] member = new int[0];
    private int[] memberCount = new int[1];
    private int[] seriesIn = new int[1];
    private int[] samplesIn = new int[1];
    private final List<Instance> instances = new ArrayList<>();
    private final Map<String, Integer> copyOf = new HashMap<>();
    private List<Copy> copies = List.of();
    private int[] groupOfRow;

    private CopyPlan(WriteBatch whole, Replicas replicas) {
        this.whole = whole;
        this.replicas = replicas;
        this.copiesEach = replicas.replicationFactor();
    }

    static CopyPlan of(WriteBatch batch, Replicas replicas) {
        CopyPlan plan = new CopyPlan(batch, replicas);
        if (replicas.setCount() == 1) {
            plan.addGroup(replicas.set(0));
            plan.giveWhole();
        } else {
            plan.split();
        }
        return plan;
    }

    private void split() {
        groupOfSet = new int[replicas.setCount()];
        int[] groupOf = new int[whole.seriesCount];
        for (int series = 0; series < whole.seriesCount; series++) {
            int group = groupOf(whole.placement[series]);
            groupOf[series] = group;
            seriesIn[group]++;
            samplesIn[group] += whole.firstSample[series + 1] - whole.firstSample[series];
        }
        int[] groupOfMetadata = new int[whole.metadata.size()];
        for (int i = 0; i < groupOfMetadata.length; i++) {
            // Of a metric, not of its series: its owners keep it, and readers ask all.
            groupOfMetadata[i] = groupOf(whole.metadata.get(i).metric().hashCode() * HASH_SPREAD);
        }
        if (groupCount <= 1) {
            giveWhole();
        } else {
            giveParts(groupOf, groupOfMetadata);
        }
    }

    private int groupOf(int token) {
        int set = replicas.setOf(token);
        int group = groupOfSet[set] - 1;
        if (group < 0) {
            group = addGroup(replicas.set(set));
            groupOfSet[set] = group + 1;
        }
        return group;
    }

    private int addGroup(ReplicationSet set) {
        int group = groupCount++;
        if (group == memberCount.length) {
            memberCount = Arrays.copyOf(memberCount, 4 * group);
            seriesIn = Arrays.copyOf(seriesIn, 4 * group);
            samplesIn = Arrays.copyOf(samplesIn, 4 * group);
        }
        if (member.length < copiesEach * memberCount.length) {
            member = Arrays.copyOf(member, copiesEach * memberCount.length);
        }
        for (Instance instance : set.instances()) {
            Integer copy = copyOf.get(instance.id());
            if (copy == null) {
                copy = instances.size();
                instances.add(instance);
                copyOf.put(instance.id(), copy);
            }
            member[group * copiesEach + memberCount[group]++] = copy;
        }
        return group;
    }

    private void giveWhole() {
        int[] all = groupCount == 0 ? new int[0] : new int[] {0};
        copies = instances.stream()
                .map(instance -> new Copy(instance, null, all))
                .toList();
    }

    private void giveParts(int[] groupOf, int[] groupOfMetadata) {
        BatchPart[] parts = emptyParts();
        boolean others = !whole.histograms.isEmpty() || !whole.exemplars.isEmpty();
        int[][] ordinalOf = new int[others ? parts.length : 0][];
        for (int copy = 0; copy < ordinalOf.length; copy++) {
            ordinalOf[copy] = new int[whole.seriesCount];
            Arrays.fill(ordinalOf[copy], BatchPart.ABSENT);
        }
        groupOfRow = new int[whole.rowCount()];
        for (int series = 0; series < whole.seriesCount; series++) {
            int group = groupOf[series];
            int first = group * copiesEach;
            for (int m = first; m < first + memberCount[group]; m++) {
                int ordinal = parts[member[m]].add(whole, series);
                if (others) {
                    ordinalOf[member[m]][series] = ordinal;
                }
            }
            Arrays.fill(groupOfRow, whole.firstSample[series], whole.firstSample[series + 1], group);
        }
        int row = whole.sampleCount;
        for (var histogram : whole.histograms) {
            groupOfRow[row++] = groupOf[histogram.series()];
        }
        for (var exemplar : whole.exemplars) {
            groupOfRow[row++] = groupOf[exemplar.series()];
        }
        for (int copy = 0; copy < ordinalOf.length; copy++) {
            parts[copy].addOthers(whole, ordinalOf[copy], null);
        }
        for (int i = 0; i < groupOfMetadata.length; i++) {
            MetricMetadata metadata = whole.metadata.get(i);
            forEachMember(groupOfMetadata[i], copy -> parts[copy].add(metadata));
        }
        copies = finish(parts);
    }

    private BatchPart[] emptyParts() {
        int[] series = new int[instances.size()];
        int[] samples = new int[instances.size()];
        for (int g = 0; g < groupCount; g++) {
            int group = g;
            forEachMember(g, copy -> {
                series[copy] += seriesIn[group];
                samples[copy] += samplesIn[group];
            });
        }
        BatchPart[] parts = new BatchPart[instances.size()];
        Arrays.setAll(parts, copy -> new BatchPart(whole, series[copy], samples[copy]));
        return parts;
    }

    private List<Copy> finish(BatchPart[] parts) {
        int[][] groups = new int[parts.length][0];
        for (int g = 0; g < groupCount; g++) {
            int group = g;
            forEachMember(g, copy -> {
                groups[copy] = Arrays.copyOf(groups[copy], groups[copy].length + 1);
                groups[copy][groups[copy].length - 1] = group;
            });
        }
        List<Copy> finished = new ArrayList<>(parts.length);
        for (int copy = 0; copy < parts.length; copy++) {
            finished.add(new Copy(instances.get(copy), parts[copy], groups[copy]));
        }
        return finished;
    }

    private void forEachMember(int group, IntConsumer visitor) {
        for (int m = group * copiesEach; m < group * copiesEach + memberCount[group]; m++) {
            visitor.accept(member[m]);
        }
    }

    /** What to send, one for each instance. */
    List<Copy> copies() {
        return copies;
    }

    int groupCount() {
        return groupCount;
    }

    /** How many instances a group goes to: as many as copies are wanted, or as the ring has. */
    int memberCount(int group) {
        return memberCount[group];
    }

    /** By row of the whole; null where there is one group. */
    int[] groupOfRow() {
        return groupOfRow;
    }
}
