package io.engram.app;

import io.engram.promql.engine.Engine;
import io.engram.querier.Querier;
import io.engram.ring.RingView;
import io.engram.server.lifecycle.Component;
import java.util.List;

/** The querier as a part of the process: it can work as soon as the rings that it needs were seen. */
record Queries(Querier querier, Engine engine, List<RingView> rings) implements Component {
    @Override
    public String name() {
        return "querier";
    }

    @Override
    public void start() {
        // takes queries from the beginning
    }

    @Override
    public String awaited() {
        return Rings.awaited(rings);
    }

    @Override
    public void stop() {
        querier.close();
        engine.close();
    }
}
