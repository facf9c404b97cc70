package io.engram.app;

import io.engram.ring.RingView;
import io.engram.server.lifecycle.Component;
import java.util.List;

/** The distributor as a part of the process: who takes a write is known as soon as the rings that it needs were seen. */
record Pushes(List<RingView> rings) implements Component {
    @Override
    public String name() {
        return "distributor";
    }

    @Override
    public void start() {
        // takes writes from the beginning
    }

    @Override
    public String awaited() {
        return Rings.awaited(rings);
    }

    @Override
    public void stop() {
        // holds nothing
    }
}
