package io.engram.proto;

import io.engram.model.TenantId;
import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.cardinality.NamesCardinality;
import io.engram.model.cardinality.ValuesCardinality;
import io.engram.model.labels.Matcher;
import io.engram.model.read.LabelsBatch;
import java.util.List;

/**
 * Counts the recent series of tenants, in this process or behind gRPC; no sample is read. What has the most comes first;
 * {@code limit} bounds how much is named, never what is counted. Safe for many threads.
 */
public interface Cardinality {
    /** Which series count. */
    enum Which {
        /** All that an ingester holds. */
        IN_MEMORY,
        /** Those whose newest sample is within {@code ingester.active-series-window}. */
        ACTIVE
    }

    /**
     * @param matchers all must pass; none at all is every series
     * @param replicaLabels series that differ in nothing but these labels are one; none where all count
     */
    record Query(TenantId tenant, List<Matcher> matchers, Which which, List<String> replicaLabels) {
        public Query {
            matchers = List.copyOf(matchers);
            replicaLabels = List.copyOf(replicaLabels);
        }
    }

    /** The labels of series, a batch at a time. Used by one thread at a time. */
    interface SeriesLabels extends AutoCloseable {
        /**
         * Brings the next series into {@code into}, which is cleared first, until it holds {@code bytes}. False at the
         * end.
         */
        boolean next(LabelsBatch into, int bytes);

        @Override
        void close();
    }

    /** How many series pass. */
    long series(Query query);

    /** Label names by their number of values; replica labels have theirs, too. */
    NamesCardinality names(Query query, int limit);

    /** For each label, in the order asked for, its values by their number of series; replicas are told apart by the values of replica labels alone. */
    List<ValuesCardinality> values(List<String> names, Query query, int limit);

    /** Everything that is in memory, from several sides. */
    HeadCardinality head(TenantId tenant, int limit);

    /** The labels of all series that pass, without replica labels, in no particular order. */
    SeriesLabels labels(Query query);
}
