package io.engram.distributor.peers;

import com.codahale.metrics.Counter;
import io.engram.model.time.Clock;
import io.engram.ring.Ring;
import io.engram.server.metrics.Metrics;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What is remembered of each ingester that is written to, by its id. Safe for many threads. */
public final class Peers {
    private static final String FAILED = "engram_distributor_copies_failed_total";
    private static final String NOT_SENT = "engram_distributor_copies_not_sent_total";
    private static final String BREAKER = "engram_distributor_circuit_breaker_open";
    /** Not {@code instance}: that is whom a Prometheus has scraped. */
    private static final String INGESTER = "ingester";

    private final BreakerConfig config;
    private final Clock clock;
    private final Metrics metrics;
    private final ConcurrentHashMap<String, Peer> peers = new ConcurrentHashMap<>();
    private final Counter quorumMisses;
    private volatile Ring swept = Ring.EMPTY;

    public Peers(BreakerConfig config, Clock clock, Metrics metrics) {
        this.config = config;
        this.clock = clock;
        this.metrics = metrics;
        this.quorumMisses = metrics.counter(
                "engram_distributor_quorum_misses_total",
                "Writes of which some samples were not taken by enough ingesters.");
    }

    /** The one with this id; a stranger is a peer without failures. */
    public Peer of(String id) {
        Peer known = peers.get(id);
        return known != null ? known : peers.computeIfAbsent(id, this::meet);
    }

    private Peer meet(String id) {
        Peer peer = new Peer(
                new CircuitBreaker(config.failures(), config.coolDown().toMillis()),
                clock,
                metrics.counter(FAILED, "Batches that an ingester was sent and did not take.", INGESTER, id),
                metrics.counter(
                        NOT_SENT, "Batches that an ingester was not sent, because it failed before.", INGESTER, id));
        metrics.gauge(
                BREAKER,
                "Whether an ingester is sent nothing because it fails.",
                () -> peer.isSpared() ? 1 : 0,
                INGESTER,
                id);
        return peer;
    }

    /** Forgets those that are on the ring no more; cheap where it is the ring of the last call. */
    public void keep(Ring ring) {
        if (ring == swept) {
            return;
        }
        swept = ring;
        Set<String> ids = ring.instances().stream().map(i -> i.id()).collect(Collectors.toSet());
        for (String id : peers.keySet()) {
            if (!ids.contains(id) && peers.remove(id) != null) {
                metrics.removeOne(FAILED, INGESTER, id);
                metrics.removeOne(NOT_SENT, INGESTER, id);
                metrics.removeOne(BREAKER, INGESTER, id);
            }
        }
    }

    public void countQuorumMiss() {
        quorumMisses.inc();
    }
}
