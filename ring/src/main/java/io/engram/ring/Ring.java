package io.engram.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * The ring at one moment: all tokens in order, and whose they are. A key belongs to the first token at or above it,
 * unsigned, and wraps around. Immutable.
 */
public final class Ring {
    public static final Ring EMPTY = Ring.of(List.of());

    private final List<Instance> instances;
    /** Sorted; with the sign bit flipped, so that the order of ints is that of unsigned tokens. */
    private final int[] flippedTokens;
    /** The index in {@link #instances} for each token. */
    private final int[] owner;

    private final int zoneCount;
    /** Those that were asked for last: a process asks for one replication factor. */
    private volatile Replicas replicas;

    private volatile double[] ownerships;

    private final Shards shards = new Shards();

    private Ring(List<Instance> instances, int[] flippedTokens, int[] owner) {
        this.instances = instances;
        this.flippedTokens = flippedTokens;
        this.owner = owner;
        this.zoneCount = (int) instances.stream().map(Instance::zone).distinct().count();
    }

    public static Ring of(Collection<Instance> members) {
        List<Instance> instances =
                members.stream().sorted(Comparator.comparing(Instance::id)).toList();
        long[] pairs = new long
                [instances.stream()
                        .mapToInt(instance -> instance.tokens().size())
                        .sum()];
        int count = 0;
        for (int i = 0; i < instances.size(); i++) {
            for (int token : instances.get(i).tokens()) {
                pairs[count++] = (long) (token ^ Integer.MIN_VALUE) << 32 | i;
            }
        }
        Arrays.sort(pairs);
        int[] flipped = new int[count];
        int[] owner = new int[count];
        for (int i = 0; i < count; i++) {
            flipped[i] = (int) (pairs[i] >> 32);
            owner[i] = (int) pairs[i];
        }
        return new Ring(instances, flipped, owner);
    }

    /** The ring of these members; cheaper than {@link #of} where they have the tokens that they have on this one. */
    Ring updated(Collection<Instance> members) {
        List<Instance> sorted =
                members.stream().sorted(Comparator.comparing(Instance::id)).toList();
        if (sorted.equals(instances)) {
            return this;
        }
        boolean same = sorted.size() == instances.size();
        for (int i = 0; same && i < sorted.size(); i++) {
            same = sorted.get(i).id().equals(instances.get(i).id())
                    && sorted.get(i).tokens().equals(instances.get(i).tokens());
        }
        return same ? new Ring(sorted, flippedTokens, owner) : Ring.of(members);
    }

    /** The ring with one more instance: cheaper than sorting a large one anew. */
    Ring with(Instance added) {
        int at = 0;
        while (at < instances.size() && instances.get(at).id().compareTo(added.id()) < 0) {
            at++;
        }
        List<Instance> members = new ArrayList<>(instances);
        members.add(at, added);
        int[] own = added.tokens().stream()
                .mapToInt(token -> token ^ Integer.MIN_VALUE)
                .sorted()
                .toArray();
        int[] flipped = new int[owner.length + own.length];
        int[] owners = new int[flipped.length];
        int mine = 0;
        int theirs = 0;
        for (int i = 0; i < flipped.length; i++) {
            boolean isMine = theirs == owner.length || mine < own.length && own[mine] < flippedTokens[theirs];
            flipped[i] = isMine ? own[mine++] : flippedTokens[theirs];
            owners[i] = isMine ? at : owner[theirs] + (owner[theirs++] >= at ? 1 : 0);
        }
        return new Ring(List.copyOf(members), flipped, owners);
    }

    /** The ring as it will be when all that are joining are active. */
    public Ring whenJoined() {
        return updated(instances.stream()
                .map(member ->
                        member.state() == Instance.State.JOINING ? member.withState(Instance.State.ACTIVE) : member)
                .toList());
    }

    /** The ring of those members that {@code wanted} says. */
    Ring only(Predicate<Instance> wanted) {
        List<Instance> members = new ArrayList<>();
        int[] newIndex = new int[instances.size()];
        int count = 0;
        for (int i = 0; i < newIndex.length; i++) {
            newIndex[i] = wanted.test(instances.get(i)) ? members.size() : -1;
            if (newIndex[i] >= 0) {
                members.add(instances.get(i));
                count += instances.get(i).tokens().size();
            }
        }
        if (members.size() == newIndex.length) {
            return this;
        }
        int[] flipped = new int[count];
        int[] owners = new int[count];
        int next = 0;
        for (int i = 0; i < owner.length; i++) {
            if (newIndex[owner[i]] >= 0) {
                flipped[next] = flippedTokens[i];
                owners[next++] = newIndex[owner[i]];
            }
        }
        return new Ring(List.copyOf(members), flipped, owners);
    }

    /** All members, by id. */
    public List<Instance> instances() {
        return instances;
    }

    /** The one instance that owns everything, or null where there is none or more than one. */
    public Instance soleOwner() {
        return instances.size() == 1 && instances.get(0).state() == Instance.State.ACTIVE ? instances.get(0) : null;
    }

    /** How many failure domains the members are in; 1 where none are configured. */
    public int zoneCount() {
        return zoneCount;
    }

    /**
     * Whom a read must ask: all that may hold samples, healthy or not. Also those that are joining: one that was killed comes
     * back so, with all that it had; were it passed over, it would not count as missing either.
     */
    public List<Instance> readers() {
        return instances.stream()
                .filter(instance -> instance.state() != Instance.State.PENDING)
                .toList();
    }

    /**
     * Who is to be written for a token: {@code replicationFactor} instances clockwise from it that {@linkplain
     * Instance#takesWrites take writes}, spread over the zones as evenly as may be; the set passes over the others, but not
     * over unhealthy ones, which count as failed copies. It is shorter where the ring has fewer.
     */
    public ReplicationSet owners(int token, int replicationFactor) {
        return ownersFrom(firstAtOrAbove(token), replicationFactor);
    }

    /** The sets of all tokens, for many lookups. */
    public Replicas replicas(int replicationFactor) {
        Replicas made = replicas;
        if (made == null || made.replicationFactor() != replicationFactor) {
            made = Replicas.of(flippedTokens, index -> ownersFrom(index, replicationFactor), replicationFactor);
            replicas = made;
        }
        return made;
    }

    /**
     * The part of the ring that serves one tenant (or whatever {@code key} names), so that one that misbehaves harms few
     * others: {@code size} instances, as many in each zone, rounded up; the whole ring where {@code size} is 0 or reaches all.
     * An instance that comes takes the place of at most one, and one that goes is replaced by one, whatever their states;
     * read-only instances are in it for readers, beside the {@code size}.
     */
    public Ring shard(String key, int size) {
        return size <= 0 || size >= instances.size()
                ? this
                : shards.get(key, size, () -> Shards.choose(this, key, size, Long.MAX_VALUE));
    }

    /**
     * The shard with those that were in it at {@code sinceMs} (Unix time), before instances that came onto the ring then or
     * later took their place: whom to ask for what was written since.
     */
    public Ring shardSince(String key, int size, long sinceMs) {
        return size <= 0 || size >= instances.size() || instances.stream().noneMatch(i -> i.registeredMs() >= sinceMs)
                ? shard(key, size)
                : Shards.choose(this, key, size, sinceMs);
    }

    private ReplicationSet ownersFrom(int start, int replicationFactor) {
        int perZone = zoneCount == 0 ? 0 : (replicationFactor + zoneCount - 1) / zoneCount;
        List<Instance> set = new ArrayList<>(replicationFactor);
        for (int step = 0; step < owner.length && set.size() < replicationFactor; step++) {
            Instance candidate = instances.get(owner[(start + step) % owner.length]);
            if (candidate.takesWrites() && !set.contains(candidate) && inZone(set, candidate.zone()) < perZone) {
                set.add(candidate);
            }
        }
        return new ReplicationSet(set, replicationFactor / 2 + 1);
    }

    private int firstAtOrAbove(int token) {
        return Replicas.firstAtOrAbove(flippedTokens, token ^ Integer.MIN_VALUE);
    }

    private static int inZone(List<Instance> set, String zone) {
        int count = 0;
        for (Instance instance : set) {
            count += instance.zone().equals(zone) ? 1 : 0;
        }
        return count;
    }

    /**
     * The share of its zone's tokens that an instance owns, from 0 to 1, whatever the states: with a copy in each zone, the
     * share of all samples.
     */
    public double ownership(String id) {
        for (int i = 0; i < instances.size(); i++) {
            if (instances.get(i).id().equals(id)) {
                return ownerships()[i];
            }
        }
        return 0;
    }

    /** {@link #ownership} of each instance, in their order. */
    double[] ownerships() {
        double[] made = ownerships;
        if (made == null) {
            made = Ownership.of(instances, flippedTokens, owner);
            ownerships = made;
        }
        return made;
    }

    int tokenCount() {
        return owner.length;
    }

    boolean hasToken(int token) {
        return Arrays.binarySearch(flippedTokens, token ^ Integer.MIN_VALUE) >= 0;
    }

    /** How many keys belong to the token at {@code index}. */
    private long rangeBefore(int index) {
        if (owner.length == 1) {
            return 1L << 32;
        }
        int before = flippedTokens[index == 0 ? owner.length - 1 : index - 1];
        return Integer.toUnsignedLong(flippedTokens[index] - before);
    }

    /** Hands every range to {@code visitor}, in the order of tokens. */
    void forEachRange(RangeVisitor visitor) {
        for (int i = 0; i < owner.length; i++) {
            visitor.range(flippedTokens[i] ^ Integer.MIN_VALUE, rangeBefore(i), owner[i]);
        }
    }

    /** Receives the token at the upper end of a range, how many keys it has, and the index of its instance. */
    @FunctionalInterface
    interface RangeVisitor {
        void range(int token, long size, int instanceIndex);
    }
}
