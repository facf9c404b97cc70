package io.engram.ring.testing;

import io.engram.ring.StoreUnavailableException;
import java.util.List;
import java.util.Map;

/** A store that can be away. */
public final class RefusingStore extends ForwardingStore {
    public volatile boolean isAway;

    private void check() {
        if (isAway) {
            throw new StoreUnavailableException("nobody is there", null);
        }
    }

    @Override
    public Versioned get(String key) {
        check();
        return super.get(key);
    }

    @Override
    public Map<String, Versioned> list(String folder) {
        check();
        return super.list(folder);
    }

    @Override
    public boolean commit(List<Change> changes) {
        check();
        return super.commit(changes);
    }

    @Override
    public String awaited() {
        return isAway ? "the store" : null;
    }
}
