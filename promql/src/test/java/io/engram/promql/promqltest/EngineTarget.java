package io.engram.promql.promqltest;

import io.engram.promql.engine.Engine;
import io.engram.promql.engine.QueryOptions;
import io.engram.promql.engine.QueryResult;
import io.engram.promql.parser.Parser;
import io.engram.promql.parser.ParserOptions;
import java.util.List;

/** The engine alone, over samples in memory. */
final class EngineTarget implements ScriptTarget {
    private static final long LOOKBACK_MS = 300_000;

    private final Engine engine;
    private MemoryStorage storage = new MemoryStorage();

    EngineTarget(Engine engine) {
        this.engine = engine;
    }

    @Override
    public void clear() {
        storage = new MemoryStorage();
    }

    @Override
    public void load(List<QueryResult.Series> series) {
        for (QueryResult.Series one : series) {
            for (int i = 0; i < one.value().length; i++) {
                storage.put(one.labels(), one.timestampMs()[i], one.value()[i]);
            }
        }
    }

    @Override
    public QueryResult query(String query, long startMs, long endMs, long stepMs) {
        var options = new QueryOptions(startMs, endMs, stepMs, LOOKBACK_MS, 60_000, 50_000_000, true, () -> false);
        return engine.run(Parser.parse(query, ParserOptions.EVERYTHING), query, storage, options);
    }
}
