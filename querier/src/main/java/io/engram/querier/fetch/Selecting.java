package io.engram.querier.fetch;

import io.engram.model.TenantId;
import io.engram.model.labels.Label;
import io.engram.model.labels.Matcher;
import io.engram.model.replica.ActivityTable;
import io.engram.model.replica.ClusterActivity;
import io.engram.proto.Select;
import io.engram.proto.SelectCursor;
import io.engram.tsdb.replica.ReplicaWindow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Asks all sources which series pass, and finds twins among them.
 *
 * <ol>
 *   <li>The sources are asked for the times of the selection. Where no series has a replica label, that was it.
 *   <li>Where several series differ in nothing but replica labels, or ingesters counted more than one replica of a pair in
 *       these times, the sources are asked again, for as much around these times as a merge must see.
 *   <li>Else only the labels go: nothing more is read.
 *   <li>Of a tenant that had twins when as much was read last, it is read at once.
 * </ol>
 *
 * Safe for many threads.
 */
final class Selecting {
    private final Queryable from;
    private final TenantId tenant;
    private final ReplicaRule replicas;
    private final FetchBudget budget;
    private final long nowMs;

    Selecting(Queryable from, TenantId tenant, ReplicaRule replicas, FetchBudget budget, long nowMs) {
        this.from = from;
        this.tenant = tenant;
        this.replicas = replicas;
        this.budget = budget;
        this.nowMs = nowMs;
    }

    /** What the sources said; {@code infos} of those, too, that found nothing. */
    private record Asked(List<SelectCursor> cursors, JoinedSeries joined, ActivityTable activity, List<String> infos) {}

    /** @throws io.engram.promql.engine.QueryException where the query's {@link FetchBudget} is used up */
    Selected select(List<Matcher> matchers, long minTimeMs, long maxTimeMs) {
        ReplicaRule rule = replicas.forSelector(matchers);
        if (rule.merges() && from.hasTwins(tenant)) {
            return selectAround(matchers, rule, 0, minTimeMs, maxTimeMs);
        }
        Asked asked = ask(new Select.Query(tenant, matchers, minTimeMs, maxTimeMs), false);
        try {
            budget.addSeries(asked.joined.size());
            ReplicaIds ids = ReplicaIds.of(asked.joined, rule);
            if (!ids.any()) {
                return asStored(asked, asked.joined, matchers, rule);
            }
            if (!mayHavePairs(asked, rule)) {
                TwinGroups groups = TwinGroups.of(asked.joined, ids);
                if (!groups.anyTwins()) {
                    Twins alone = new Twins(groups, null, minTimeMs, maxTimeMs, nowMs, new MergeNotes());
                    return new Selected(asked.cursors, asked.joined, alone, asked.infos);
                }
            }
        } catch (RuntimeException | Error e) {
            throw closing(asked.cursors, e);
        }
        RuntimeException whileClosing = FoundSeries.closeAll(asked.cursors);
        if (whileClosing != null) {
            throw whileClosing;
        }
        return selectAround(matchers, rule, asked.joined.size(), minTimeMs, maxTimeMs);
    }

    /**
     * Reads as much around these times as a merge must see.
     *
     * @param known series that were found already
     */
    private Selected selectAround(List<Matcher> matchers, ReplicaRule rule, int known, long minTimeMs, long maxTimeMs) {
        long fromMs = ReplicaWindow.readFromMs(minTimeMs);
        long toMs = ReplicaWindow.readToMs(maxTimeMs);
        Asked asked = ask(new Select.Query(tenant, matchers, fromMs, toMs), rule.counted());
        try {
            ReplicaIds ids = ReplicaIds.of(asked.joined, rule);
            if (!ids.any()) {
                JoinedSeries within = asked.joined.within(minTimeMs, maxTimeMs);
                budget.addSeries(within.size());
                remember(rule, asked.activity, false);
                return asStored(asked, within, matchers, rule);
            }
            TwinGroups groups = TwinGroups.of(asked.joined, ids).within(minTimeMs, maxTimeMs);
            budget.addSeries(Math.max(0, groups.seriesWithin(minTimeMs, maxTimeMs) - known));
            remember(rule, asked.activity, groups.anyTwins());
            PairRanks ranks = PairRanks.of(groups, rule, asked.activity, minTimeMs, maxTimeMs, nowMs);
            Twins twins = new Twins(groups, ranks, minTimeMs, maxTimeMs, nowMs, new MergeNotes());
            return new Selected(asked.cursors, groups.joined(), twins, asked.infos);
        } catch (RuntimeException | Error e) {
            throw closing(asked.cursors, e);
        }
    }

    /** Only by the labels that ingesters count by: a request that names others says nothing of the next. */
    private void remember(ReplicaRule rule, ActivityTable activity, boolean twins) {
        if (rule.counted()) {
            from.foundTwins(tenant, twins || !pairs(activity).isEmpty());
        }
    }

    private static Selected asStored(Asked asked, JoinedSeries series, List<Matcher> matchers, ReplicaRule rule) {
        List<String> infos = new ArrayList<>(asked.infos);
        infos.addAll(ReplicaHint.of(series, matchers, rule));
        return new Selected(asked.cursors, series, null, infos);
    }

    /**
     * Whether more than one replica of a cluster that was found sent something around these times: of a series that ends or
     * begins here the twin may lie beyond.
     */
    private static boolean mayHavePairs(Asked asked, ReplicaRule rule) {
        if (!rule.counted()) {
            return true; // nobody counted by these labels: look
        }
        Set<String> pairs = pairs(activity(asked.cursors));
        if (pairs.isEmpty() || pairs.contains("")) {
            return !pairs.isEmpty();
        }
        for (SelectCursor cursor : asked.cursors) {
            for (Label pair : cursor.series().dictionary()) {
                if (pair.name().equals(rule.clusterLabel()) && pairs.contains(pair.value())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Values of the cluster label of which more than one replica was counted. */
    private static Set<String> pairs(ActivityTable activity) {
        Set<String> pairs = new HashSet<>();
        for (ClusterActivity cluster : activity.clusters()) {
            if (cluster.replicaCount() > 1) {
                pairs.add(cluster.name());
            }
        }
        return pairs;
    }

    /** Blocks and heads that they were cut from know of the same samples. */
    private static ActivityTable activity(List<SelectCursor> cursors) {
        ActivityTable activity = ActivityTable.EMPTY;
        for (SelectCursor cursor : cursors) {
            activity = activity.maximum(cursor.activity());
        }
        return activity;
    }

    /** @param withActivity whether to ask for it, also of sources that have none of the series */
    private Asked ask(Select.Query query, boolean withActivity) {
        List<SelectCursor> cursors = new ArrayList<>(from.sources().size());
        try {
            for (Select source : from.sources()) {
                cursors.add(source.select(query));
            }
            ActivityTable activity = withActivity ? activity(cursors) : ActivityTable.EMPTY;
            List<String> infos = FoundSeries.infos(List.of(), cursors);
            dropEmpty(cursors);
            return new Asked(cursors, JoinedSeries.of(cursors), activity, infos);
        } catch (RuntimeException | Error e) {
            throw closing(cursors, e);
        }
    }

    /** A source that found nothing costs a query nothing: with one cursor left there is nothing to join. */
    private static void dropEmpty(List<SelectCursor> cursors) {
        for (int i = cursors.size() - 1; i >= 0 && cursors.size() > 1; i--) {
            if (cursors.get(i).series().size() == 0) {
                cursors.remove(i).close();
            }
        }
    }

    private static RuntimeException closing(List<SelectCursor> cursors, Throwable e) {
        RuntimeException whileClosing = FoundSeries.closeAll(cursors);
        if (whileClosing != null) {
            e.addSuppressed(whileClosing);
        }
        if (e instanceof Error error) {
            throw error;
        }
        return (RuntimeException) e;
    }
}
