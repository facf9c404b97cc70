package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.ring.KeyValueStore.Change;
import io.engram.ring.KeyValueStore.Versioned;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store does, whatever keeps it. */
public abstract class KeyValueStoreContract {
    protected KeyValueStore store;
    private KeyValueStore second;

    /** Another process' way into the same store: the same object where that is one process. */
    protected abstract KeyValueStore open() throws Exception;

    @BeforeEach
    void openStores() throws Exception {
        store = open();
        second = open();
    }

    @AfterEach
    void closeStores() {
        second.close();
        store.close();
    }

    @Test
    void whatIsNotThereIsAbsent() {
        assertEquals(0, store.get("a/b").version());
        assertEquals(0, store.get("a/b").value().length);
        assertEquals(Map.of(), store.list("a"));
    }

    @Test
    void versionsCountTheWritesAndAStaleOneWritesNothing() {
        assertTrue(store.compareAndSet("a/b", 0, bytes("1")));
        assertFalse(second.compareAndSet("a/b", 0, bytes("other")));
        assertTrue(second.compareAndSet("a/b", 1, bytes("2")));
        assertFalse(store.compareAndSet("a/b", 1, bytes("other")));
        assertFalse(store.compareAndSet("a/c", 1, bytes("other")), "it is not there");
        assertEquals(2, store.get("a/b").version());
        assertArrayEquals(bytes("2"), store.get("a/b").value());
    }

    @Test
    void aDeletedKeyBeginsAnew() {
        store.compareAndSet("a/b", 0, bytes("1"));
        assertFalse(second.commit(List.of(Change.delete("a/b", 2))));
        assertTrue(second.commit(List.of(Change.delete("a/b", 1))));
        assertFalse(second.commit(List.of(Change.delete("a/b", 1))));
        assertEquals(0, store.get("a/b").version());
        assertTrue(store.compareAndSet("a/b", 0, bytes("2")));
        assertEquals(1, store.get("a/b").version());
        assertThrows(IllegalArgumentException.class, () -> Change.delete("a/b", 0));
    }

    @Test
    void allChangesOfACommitAreMadeOrNone() {
        store.compareAndSet("a/b", 0, bytes("1"));
        assertFalse(second.commit(List.of(new Change("a/b", 1, bytes("2")), new Change("c/d", 1, bytes("x")))));
        assertEquals(1, store.get("a/b").version());
        assertFalse(second.commit(List.of(new Change("c/d", 0, bytes("x")), new Change("a/b", 7, bytes("2")))));
        assertEquals(0, store.get("c/d").version());
        assertTrue(second.commit(List.of(new Change("c/d", 0, bytes("x")), new Change("a/b", 1, bytes("2")))));
        assertEquals(2, store.get("a/b").version());
        assertEquals(1, store.get("c/d").version());
    }

    @Test
    void ofManyAtTheSameTimeOneWins() throws Exception {
        AtomicInteger won = new AtomicInteger();
        Thread[] threads = new Thread[16];
        for (int i = 0; i < threads.length; i++) {
            KeyValueStore mine = i % 2 == 0 ? store : second;
            threads[i] = Thread.ofVirtual().start(() -> {
                for (int value = 0; value < 10; value++) {
                    won.addAndGet(mine.compareAndSet("raced", value, bytes("" + value)) ? 1 : 0);
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(won.get(), store.get("raced").version());
        assertTrue(won.get() >= 1 && won.get() <= 10);
    }

    @Test
    void aValueMayHaveHalfAMebibyteAndNoMore() {
        assertTrue(store.compareAndSet("a/long", 0, new byte[KeyValueStore.MAX_VALUE_BYTES]));
        assertEquals(KeyValueStore.MAX_VALUE_BYTES, second.get("a/long").value().length);
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> store.compareAndSet("a/long", 1, new byte[KeyValueStore.MAX_VALUE_BYTES + 1]));
        assertTrue(refusal.getMessage().contains("a/long"));
        assertTrue(refusal.getMessage().contains("524288"));
    }

    @Test
    void keysMayBeOfAnyText() {
        List<String> parts = List.of("", ".", "..", "%", "%2E", "+", "ä ö\n\u0000", "zookeeper", "a.b", "\ud83d\ude00");
        for (String part : parts) {
            assertTrue(store.compareAndSet("odd/" + part, 0, bytes(part)), part);
        }
        assertEquals(Set.copyOf(parts), second.list("odd").keySet());
        second.list("odd").forEach((part, value) -> assertArrayEquals(bytes(part), value.value()));
        assertTrue(store.compareAndSet("odder/a//b/", 0, bytes("x")));
        assertEquals(1, second.get("odder/a//b/").version());
    }

    @Test
    void aWatcherIsToldWhatIsThereAndWhatBecomesOfIt() throws Exception {
        Latest<Versioned> seen = new Latest<>();
        try (var _ = store.watch("w/k", seen)) {
            seen.await(value -> value.version() == 0);
            second.compareAndSet("w/k", 0, bytes("1"));
            seen.await(value -> value.version() == 1 && new String(value.value(), StandardCharsets.UTF_8).equals("1"));
            second.compareAndSet("w/other", 0, bytes("1"));
            second.compareAndSet("w/k", 1, bytes("2"));
            seen.await(value -> value.version() == 2);
            second.commit(List.of(Change.delete("w/k", 2)));
            seen.await(value -> value.version() == 0);
        }
    }

    @Test
    void aFolderIsToldWhole() throws Exception {
        second.compareAndSet("f/a", 0, bytes("1"));
        second.compareAndSet("f/b", 0, bytes("2"));
        second.compareAndSet("fa/c", 0, bytes("3"));
        Latest<Map<String, Versioned>> seen = new Latest<>();
        try (var _ = store.watchFolder("f", seen)) {
            seen.await(all -> all.keySet().equals(Set.of("a", "b")));
            assertEquals(Set.of("a", "b"), seen.all().getFirst().keySet(), "no half of it was told");
            second.compareAndSet("f/a", 1, bytes("1a"));
            seen.await(all -> all.get("a").version() == 2);
            second.commit(List.of(Change.delete("f/b", 1)));
            seen.await(all -> all.keySet().equals(Set.of("a")));
        }
    }

    @Test
    void aClosedWatchIsToldNothing() throws Exception {
        Latest<Versioned> closed = new Latest<>();
        Latest<Versioned> open = new Latest<>();
        KeyValueStore.Watch watch = store.watch("k", closed);
        closed.await(value -> value.version() == 0);
        watch.close();
        int told = closed.all().size();
        try (var _ = store.watch("k", open)) {
            second.compareAndSet("k", 0, bytes("1"));
            open.await(value -> value.version() == 1);
        }
        assertEquals(told, closed.all().size());
    }

    @Test
    void aPresenceIsThereUntilItIsClosed() throws Exception {
        Latest<Map<String, Versioned>> alive = new Latest<>();
        try (var _ = second.watchFolder("alive/ingester", alive)) {
            alive.await(Map::isEmpty);
            try (var _ = store.present("alive/ingester/a")) {
                alive.await(all -> all.keySet().equals(Set.of("a")));
            }
            alive.await(Map::isEmpty);
        }
    }

    @Test
    void aConnectedStoreAwaitsNothing() {
        assertNull(store.awaited());
        assertEquals(0, store.lastHeardMs());
        assertTrue(store.sessionTimeoutMs() > 0);
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
