package io.engram.distributor.ha;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.distributor.ha.ElectionStore.Elected;
import io.engram.distributor.ha.ElectionStore.Present;
import io.engram.distributor.ha.ElectionStore.Told;
import io.engram.model.TenantId;
import io.engram.ring.InProcessStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElectionStoreTest {
    private static final TenantId TENANT = new TenantId("team-a");
    private static final String ODD = "prom a\n1 %20+ü";

    private final InProcessStore keys = new InProcessStore();
    private final ElectionStore store = new ElectionStore(keys);

    @Test
    void whatIsWrittenIsReadWithAHoleAndWithout() {
        Elected none = store.read(TENANT, "eu");
        assertEquals(Term.NONE, none.term());
        Term term = new Term(ODD, 1_000, 3, 900);
        assertTrue(store.write(TENANT, "eu", new Elected(none.version(), term, 950, 12, Elected.NO_HOLE)));
        Elected first = store.read(TENANT, "eu");
        assertEquals(new Elected(first.version(), term, 950, 12, Elected.NO_HOLE), first);
        assertTrue(store.write(TENANT, "eu", new Elected(first.version(), term, 960, 0, 5)));
        Elected second = store.read(TENANT, "eu");
        assertEquals(new Elected(second.version(), term, 960, 0, 5), second);
        assertFalse(store.write(TENANT, "eu", first), "somebody has written since");
        store.clear(TENANT, "eu", second.version());
        assertEquals(Term.NONE, store.read(TENANT, "eu").term());
    }

    @Test
    void standbysAreToldToWhoeverWatches() {
        List<Present> seen = new ArrayList<>();
        List<Told> both = List.of(new Told(ODD, 5_000, 0, 77), new Told("b", 6_000, 7, -1));
        try (var _ = store.watchStandbys(TENANT, "eu", seen::add)) {
            assertTrue(store.writeStandbys(TENANT, "eu", new Present(0, both)));
            assertFalse(store.writeStandbys(TENANT, "eu", new Present(0, both)));
            assertEquals(both, seen.getLast().standbys());
            store.clearStandbys(TENANT, "eu", seen.getLast().version());
            assertEquals(List.of(), seen.getLast().standbys());
        }
    }

    @Test
    void whatSomebodyElseWroteIsRefused() {
        for (String text : List.of("hello", "engram ha-tracker 1\n1 2 3", "engram ha-tracker 2\n1 2 3 4 5 prom")) {
            keys.compareAndSet(
                    "ha-tracker/team-a/eu",
                    keys.get("ha-tracker/team-a/eu").version(),
                    text.getBytes(StandardCharsets.UTF_8));
            assertThrows(IllegalArgumentException.class, () -> store.read(TENANT, "eu"), text);
        }
    }
}
