package io.engram.app;

import io.engram.ring.Instance;
import io.engram.ring.Ring;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The ways to the instances of a ring: one to each, for as long as it is on the ring. Safe for all threads. */
final class Clients<C extends AutoCloseable> implements Function<Instance, C>, AutoCloseable {
    private final Supplier<Ring> ring;
    private final Function<String, C> connect;
    private final Map<String, C> byAddress = new ConcurrentHashMap<>();
    private volatile Ring swept = Ring.EMPTY;

    /** @param connect makes the way to an address; where it leads is asked when it is used */
    Clients(Supplier<Ring> ring, Function<String, C> connect) {
        this.ring = ring;
        this.connect = connect;
    }

    @Override
    public C apply(Instance instance) {
        Ring now = ring.get();
        if (now != swept) {
            swept = now;
            sweep(now);
        }
        C known = byAddress.get(instance.address());
        return known != null ? known : byAddress.computeIfAbsent(instance.address(), connect);
    }

    /** What is under way to those that are gone may end. */
    private void sweep(Ring now) {
        Set<String> addresses = now.instances().stream().map(Instance::address).collect(Collectors.toSet());
        for (String address : byAddress.keySet()) {
            if (!addresses.contains(address)) {
                end(byAddress.remove(address));
            }
        }
    }

    private static void end(AutoCloseable client) {
        try {
            if (client != null) {
                client.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException("a client cannot be closed", e);
        }
    }

    @Override
    public void close() {
        byAddress.values().forEach(Clients::end);
        byAddress.clear();
    }
}
