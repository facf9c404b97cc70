package io.engram.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Takes this process onto a ring and off it. Safe for all threads. */
public final class RingLifecycle {
    /** How often a lost race is run again: more instances than this do not join in the same moment. */
    private static final int MAX_ATTEMPTS = 1000;

    private final KeyValueStore store;
    private final String key;
    private final Instance self;

    /** @param id of this instance; on a restart the same, so that it takes up its tokens */
    public RingLifecycle(KeyValueStore store, String ringName, String id, String address, String zone) {
        this.store = store;
        this.key = RingView.keyOf(ringName);
        this.self = new Instance(id, address, zone, Instance.State.PENDING, List.of());
    }

    /** Registers with tokens, those of an earlier life where there are any; not written to before {@link #activate}. */
    public void join() {
        update(instances -> {
            Ring others = Ring.of(without(instances));
            List<Integer> tokens = instances.stream()
                    .filter(instance -> instance.id().equals(self.id())
                            && !instance.tokens().isEmpty())
                    .findFirst()
                    .map(Instance::tokens)
                    .orElseGet(() -> Tokens.place(others));
            return with(
                    instances, new Instance(self.id(), self.address(), self.zone(), Instance.State.JOINING, tokens));
        });
    }

    /** From here on it is written to. */
    public void activate() {
        become(Instance.State.ACTIVE);
    }

    /** No more writes; still on the ring, for readers. */
    public void leave() {
        become(Instance.State.LEAVING);
    }

    /** Gone, with its tokens. */
    public void forget() {
        update(this::without);
    }

    private void become(Instance.State state) {
        update(instances -> {
            Instance present = instances.stream()
                    .filter(instance -> instance.id().equals(self.id()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(self.id() + " is not on " + key + ", join first"));
            return with(instances, present.withState(state));
        });
    }

    private List<Instance> without(List<Instance> instances) {
        return instances.stream()
                .filter(instance -> !instance.id().equals(self.id()))
                .toList();
    }

    private List<Instance> with(List<Instance> instances, Instance me) {
        List<Instance> all = new ArrayList<>(without(instances));
        all.add(me);
        return all;
    }

    private void update(UnaryOperator<List<Instance>> change) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            KeyValueStore.Versioned present = store.get(key);
            List<Instance> changed = change.apply(RingCodec.decode(present.value()));
            if (store.compareAndSet(key, present.version(), RingCodec.encode(changed))) {
                return;
            }
        }
        throw new IllegalStateException("could not change " + key + " in " + MAX_ATTEMPTS + " attempts");
    }
}
