package io.engram.ring;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The newest ring that this process has seen; losing the store stops changes, never traffic. Safe for all threads. */
public final class RingView implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RingView.class);

    private final String key;
    private final KeyValueStore.Watch watch;
    private volatile Ring ring = Ring.EMPTY;

    /** @param name of the ring: {@code ingester} */
    public RingView(KeyValueStore store, String name) {
        this.key = keyOf(name);
        this.watch = store.watch(key, this::accept);
    }

    static String keyOf(String name) {
        return "ring/" + name;
    }

    private void accept(KeyValueStore.Versioned value) {
        try {
            ring = Ring.of(RingCodec.decode(value.value()));
        } catch (IllegalArgumentException e) {
            LOG.error("cannot read {} at version {}, keeping the last ring: {}", key, value.version(), e.getMessage());
        }
    }

    public Ring ring() {
        return ring;
    }

    @Override
    public void close() {
        watch.close();
    }
}
