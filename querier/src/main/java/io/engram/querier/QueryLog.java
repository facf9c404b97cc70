package io.engram.querier;

import io.engram.model.TenantId;
import io.engram.promql.engine.QueryException;
import io.engram.querier.fetch.FetchBudget;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Logs slow and failed queries with what they cost. Safe for many threads. */
final class QueryLog {
    private static final Logger LOG = LoggerFactory.getLogger(QueryLog.class);
    /** Longer queries are cut in the log. */
    private static final int MAX_TEXT = 4096;

    private final long slowMs;

    /** @param slowMs queries that take longer are logged; 0 logs all, below 0 none but the failed */
    QueryLog(long slowMs) {
        this.slowMs = slowMs;
    }

    Entry begin(TenantId tenant, String query, long startMs, long endMs, long stepMs) {
        return new Entry(tenant, query, startMs, endMs, stepMs, System.nanoTime());
    }

    /** One query on its way. */
    final class Entry {
        private final TenantId tenant;
        private final String query;
        private final long startMs;
        private final long endMs;
        private final long stepMs;
        private final long begunNs;

        private Entry(TenantId tenant, String query, long startMs, long endMs, long stepMs, long begunNs) {
            this.tenant = tenant;
            this.query = query;
            this.startMs = startMs;
            this.endMs = endMs;
            this.stepMs = stepMs;
            this.begunNs = begunNs;
        }

        void succeeded(FetchBudget cost) {
            if (slowMs >= 0 && tookMs() >= slowMs) {
                describe(LOG.atInfo(), cost).log("slow query");
            }
        }

        void failed(Exception e, FetchBudget cost) {
            boolean gone = e instanceof QueryException refused && refused.kind() == QueryException.Kind.CANCELED;
            if (gone) {
                describe(LOG.atInfo(), cost).log("query canceled");
            } else {
                describe(LOG.atWarn(), cost).addKeyValue("err", e.getMessage()).log("query failed");
            }
        }

        private LoggingEventBuilder describe(LoggingEventBuilder event, FetchBudget cost) {
            return event.addKeyValue("tenant", tenant)
                    .addKeyValue("took_ms", tookMs())
                    .addKeyValue("start_ms", startMs)
                    .addKeyValue("end_ms", endMs)
                    .addKeyValue("step_ms", stepMs)
                    .addKeyValue("series", cost.series())
                    .addKeyValue("chunks", cost.chunks())
                    .addKeyValue("chunk_bytes", cost.chunkBytes())
                    .addKeyValue("samples", cost.samples())
                    .addKeyValue("query", query.length() > MAX_TEXT ? query.substring(0, MAX_TEXT) + "…" : query);
        }

        private long tookMs() {
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNs);
        }
    }
}
