package io.engram.ring.zookeeper;

import io.engram.ring.KeyValueStore;
import io.engram.ring.StoreUnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.framework.state.StandardConnectionStateErrorPolicy;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of a cluster, in ZooKeeper: a persistent node for each key. While the server is away, watchers keep what they
 * were told, and everything that asks the store fails at once; sessions, watches and presences come back by themselves.
 */
public final class ZooKeeperStore implements KeyValueStore {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperStore.class);
    private static final long WAITING_IS_LOGGED_MS = 10_000;

    private final int sessionTimeoutMs;
    private final Paths paths;
    private final CuratorFramework client;
    private final Connection connection;
    private final ExecutorService teller = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("ring-store-watches").daemon().factory());

    private ZooKeeperStore(String connect, int sessionTimeoutMs, String prefix) {
        this.sessionTimeoutMs = sessionTimeoutMs;
        this.paths = new Paths(prefix);
        this.client = CuratorFrameworkFactory.builder()
                .connectString(connect)
                .sessionTimeoutMs(sessionTimeoutMs)
                .connectionTimeoutMs(sessionTimeoutMs)
                .retryPolicy(new ExponentialBackoffRetry(200, 5, 2000))
                .connectionStateErrorPolicy(new StandardConnectionStateErrorPolicy())
                // The addresses that operators gave may be the only ones that lead there.
                .ensembleTracker(false)
                .build();
        this.connection = new Connection("ZooKeeper at " + connect);
    }

    /**
     * Begins to connect, and returns: what asks the store fails until it is {@linkplain #awaitConnected there}.
     *
     * @param connect {@code host:port}, with commas between servers
     * @param sessionTimeoutMs after how long of silence others see that this process is gone
     * @param prefix path of the node that everything lies below: {@code /engram}
     * @throws IllegalArgumentException where the prefix is no such path
     */
    public static ZooKeeperStore open(String connect, int sessionTimeoutMs, String prefix) {
        ZooKeeperStore store = new ZooKeeperStore(connect, sessionTimeoutMs, prefix);
        store.client.getConnectionStateListenable().addListener(store.connection);
        store.client.start();
        return store;
    }

    /**
     * Waits until the store can be asked, and logs every 10 s that it waits.
     *
     * @return false where it could not be for {@code timeoutMs}
     */
    public boolean awaitConnected(long timeoutMs) throws InterruptedException {
        long leftMs = timeoutMs;
        while (!connection.await(Math.min(leftMs, WAITING_IS_LOGGED_MS))) {
            LOG.warn("waiting for {}", connection.awaited());
            leftMs -= WAITING_IS_LOGGED_MS;
            if (leftMs <= 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Versioned get(String key) {
        return ask("read " + key, () -> {
            try {
                Stat stat = new Stat();
                byte[] value = client.getData().storingStatIn(stat).forPath(paths.of(key));
                return new Versioned(stat.getVersion() + 1L, value);
            } catch (KeeperException.NoNodeException e) {
                return Versioned.ABSENT;
            }
        });
    }

    @Override
    public Map<String, Versioned> list(String folder) {
        return ask("list " + folder, () -> {
            List<String> nodes;
            try {
                nodes = client.getChildren().forPath(paths.of(folder));
            } catch (KeeperException.NoNodeException e) {
                return Map.of();
            }
            Map<String, Versioned> found = new HashMap<>();
            for (String node : nodes) {
                Versioned value = get(folder + "/" + Paths.part(node));
                if (value.version() > 0) {
                    found.put(Paths.part(node), value);
                }
            }
            return Map.copyOf(found);
        });
    }

    @Override
    public boolean commit(List<Change> changes) {
        return ask("write " + changes.stream().map(Change::key).toList(), () -> {
            try {
                return write(changes);
            } catch (KeeperException.NoNodeException e) {
                // A node to change is gone, or a new one has no parents yet.
                for (Change change : changes) {
                    if (change.expectedVersion() == 0) {
                        client.checkExists().creatingParentsIfNeeded().forPath(paths.of(change.key()));
                    }
                }
                try {
                    return write(changes);
                } catch (KeeperException.NoNodeException again) {
                    return false;
                }
            }
        });
    }

    private boolean write(List<Change> changes) throws Exception {
        List<CuratorOp> operations = new ArrayList<>(changes.size());
        for (Change change : changes) {
            operations.add(operation(change));
        }
        try {
            client.transaction().forOperations(operations);
            return true;
        } catch (KeeperException.NodeExistsException | KeeperException.BadVersionException e) {
            return false;
        }
    }

    private CuratorOp operation(Change change) throws Exception {
        String path = paths.of(change.key());
        if (change.expectedVersion() == 0) {
            return client.transactionOp().create().forPath(path, change.value());
        }
        int version = Math.toIntExact(change.expectedVersion() - 1);
        if (change.value() == null) {
            return client.transactionOp().delete().withVersion(version).forPath(path);
        }
        return client.transactionOp().setData().withVersion(version).forPath(path, change.value());
    }

    @Override
    public Watch watch(String key, Consumer<Versioned> onChange) {
        String path = paths.of(key);
        return new Watching<>(
                        client,
                        path,
                        cache -> cache.get(path).map(ZooKeeperStore::versioned).orElse(Versioned.ABSENT),
                        onChange,
                        teller,
                        CuratorCache.Options.SINGLE_NODE_CACHE)
                .start();
    }

    @Override
    public Watch watchFolder(String folder, Consumer<Map<String, Versioned>> onChange) {
        String prefix = paths.of(folder) + "/";
        return new Watching<>(client, paths.of(folder), cache -> children(cache, prefix), onChange, teller).start();
    }

    private static Map<String, Versioned> children(CuratorCache cache, String prefix) {
        Map<String, Versioned> found = new HashMap<>();
        cache.stream().forEach(node -> {
            if (node.getPath().startsWith(prefix) && node.getPath().indexOf('/', prefix.length()) < 0) {
                found.put(Paths.part(node.getPath().substring(prefix.length())), versioned(node));
            }
        });
        return Map.copyOf(found);
    }

    private static Versioned versioned(ChildData node) {
        return new Versioned(node.getStat().getVersion() + 1L, node.getData());
    }

    @Override
    public Watch present(String key) {
        PersistentNode node = new PersistentNode(client, CreateMode.EPHEMERAL, false, paths.of(key), new byte[0]);
        node.start();
        return () -> {
            try {
                node.close();
            } catch (IOException e) {
                LOG.warn("{} stays until the session ends, it could not be removed: {}", key, e.toString());
            }
        };
    }

    @Override
    public long lastHeardMs() {
        return connection.lastHeardMs();
    }

    @Override
    public long sessionTimeoutMs() {
        return sessionTimeoutMs;
    }

    @Override
    public String awaited() {
        return connection.awaited();
    }

    @Override
    public void close() {
        teller.shutdown();
        client.close();
        try {
            if (!teller.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("a watcher of the ring's store does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As if the server had not heard of this process for the session's timeout; for tests. */
    void expireSession() throws Exception {
        client.getZookeeperClient().getZooKeeper().getTestable().injectSessionExpiration();
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask() throws Exception;
    }

    /** Fails at once while the connection is known to be lost, instead of trying for many seconds. */
    private <T> T ask(String what, Question<T> question) {
        String awaited = connection.awaited();
        if (awaited != null) {
            throw new StoreUnavailableException("cannot " + what + ": no connection to " + awaited, null);
        }
        try {
            return question.ask();
        } catch (KeeperException.ConnectionLossException
                | KeeperException.SessionExpiredException
                | KeeperException.OperationTimeoutException e) {
            throw new StoreUnavailableException("cannot " + what + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while it was to " + what, e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("ZooKeeper refuses to " + what + ": " + e.getMessage(), e);
        }
    }
}
