package io.engram.ring;

import java.util.List;
import java.util.function.UnaryOperator;

/** What operators may do to instances of a ring from any process; those that live hear of it. Safe for all threads. */
public final class RingOperator {
    private final KeyValueStore store;
    private final RingKeys keys;

    public RingOperator(KeyValueStore store, String ringName) {
        this.store = store;
        this.keys = new RingKeys(ringName);
    }

    /**
     * Takes a dead instance off the ring, with its tokens.
     *
     * @throws IllegalArgumentException where it is alive, or is not on the ring
     */
    public void forget(String id) {
        if (store.get(keys.heartbeat(id)).version() > 0) {
            throw new IllegalArgumentException(
                    id + " is alive and would come back onto the " + keys.name() + " ring: stop it first");
        }
        change(id, _ -> null);
    }

    /** @throws IllegalArgumentException where it is not on the ring */
    public void readOnly(String id, boolean now) {
        change(id, instance -> instance.withReadOnly(now));
    }

    /**
     * Nobody writes to it any more; still read from.
     *
     * @throws IllegalArgumentException where it is not on the ring
     */
    public void leave(String id) {
        change(id, instance -> instance.withState(Instance.State.LEAVING));
    }

    /** @param how gives null where it is to be deleted */
    private void change(String id, UnaryOperator<Instance> how) {
        while (true) {
            KeyValueStore.Versioned stored = store.get(keys.instance(id));
            if (stored.version() == 0) {
                throw new IllegalArgumentException(id + " is not on the " + keys.name() + " ring");
            }
            Instance changed = how.apply(InstanceCodec.decode(stored.value()));
            byte[] value = changed == null ? null : InstanceCodec.encode(changed);
            if (store.commit(List.of(new KeyValueStore.Change(keys.instance(id), stored.version(), value)))) {
                return;
            }
        }
    }
}
