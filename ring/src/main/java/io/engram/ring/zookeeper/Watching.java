package io.engram.ring.zookeeper;

import io.engram.ring.KeyValueStore;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch: a cache of the nodes, and who hears what is in it when it changed. What changes while the last change is still
 * being told is told as one. The cache keeps what it has while the server is away, and compares when it is back.
 */
final class Watching<T> implements KeyValueStore.Watch {
    private static final Logger LOG = LoggerFactory.getLogger(Watching.class);

    private final String path;
    private final CuratorCache cache;
    private final Function<CuratorCache, T> read;
    private final Consumer<T> onChange;
    private final Executor teller;
    private final AtomicBoolean changed = new AtomicBoolean();
    private volatile boolean complete;
    private volatile boolean closed;

    /**
     * @param read what to tell, out of the cache
     * @param teller runs one task after the other
     */
    Watching(
            CuratorFramework client,
            String path,
            Function<CuratorCache, T> read,
            Consumer<T> onChange,
            Executor teller,
            CuratorCache.Options... options) {
        this.path = path;
        this.cache = CuratorCache.build(client, path, options);
        this.read = read;
        this.onChange = onChange;
        this.teller = teller;
    }

    Watching<T> start() {
        cache.listenable()
                .addListener(CuratorCacheListener.builder()
                        .forInitialized(() -> {
                            complete = true;
                            changed();
                        })
                        .forAll((_, _, _) -> changed())
                        .build());
        cache.start();
        return this;
    }

    private void changed() {
        // Half of a folder is told to nobody.
        if (complete && !closed && changed.compareAndSet(false, true)) {
            try {
                teller.execute(this::tell);
            } catch (RejectedExecutionException e) {
                LOG.debug("the store is closing, a change of {} is not told", path);
            }
        }
    }

    private void tell() {
        changed.set(false);
        if (closed) {
            return;
        }
        try {
            onChange.accept(read.apply(cache));
        } catch (RuntimeException e) {
            LOG.error("a change of {} was not understood", path, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        cache.close();
    }
}
