package io.engram.distributor;

import io.engram.distributor.ha.HaTracker;
import io.engram.distributor.ha.HeldWrite;
import io.engram.model.TenantId;
import io.engram.model.failure.Failure;
import io.engram.model.limits.Limits;
import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.PendingPush;
import io.engram.proto.Push;

/**
 * From a body to samples that are durable. Decoding and pushing happen on the caller's thread under one of few decode
 * contexts, while the body is in the cache; the wait for the disk happens without one. Safe for all threads.
 */
final class WritePath {
    private static final long[] NO_METADATA = {};

    private final long maxBodyBytes;
    private final TenantLimits limits;
    private final Clock clock;
    private final DecodeContexts contexts;
    private final KnownRefs knownRefs;
    private final ByteBudget inflight;
    private final HaTracker tracker;
    private final Push push;

    WritePath(
            long maxBodyBytes,
            TenantLimits limits,
            Clock clock,
            DecodeContexts contexts,
            KnownRefs knownRefs,
            ByteBudget inflight,
            HaTracker tracker,
            Push push) {
        this.maxBodyBytes = maxBodyBytes;
        this.limits = limits;
        this.clock = clock;
        this.contexts = contexts;
        this.knownRefs = knownRefs;
        this.inflight = inflight;
        this.tracker = tracker;
        this.push = push;
    }

    /**
     * What is known of a request when its context goes on to the next.
     *
     * @param pending null where nothing was pushed
     * @param refusals null where there are none
     * @param received samples and histograms in the request
     * @param exemplarsByPolicy exemplars that count as stored, for the tenant keeps none
     */
    private record Pushed(
            PendingPush pending,
            Refusals refusals,
            int received,
            int samples,
            int histograms,
            int exemplars,
            int exemplarsByPolicy,
            NewRefs newRefs,
            long[] metadataHashes) {}

    /**
     * Stores what the body holds, and returns when that is durable. The body is borrowed until then.
     *
     * @return also where some of it was refused: the others are stored then
     * @throws Failure where the body as a whole was refused
     */
    Written write(TenantId tenant, TenantWrites writes, Body body) throws InterruptedException {
        Limits own = limits.of(tenant);
        long nowMs = clock.nowMs();
        Arbiter arbiter = own.haTrackerEnabled() ? new Arbiter.Live(tracker, tenant, own, nowMs) : null;
        return write(writes, writes.rules(own, nowMs, arbiter), body);
    }

    /**
     * Stores what was held of a replica that was elected, and returns when that is durable.
     *
     * @param afterMs what is not newer is left out
     * @throws Failure where any of it was refused
     */
    void takeOver(TenantId tenant, TenantWrites writes, String cluster, String replica, HeldWrite held, long afterMs)
            throws InterruptedException {
        Arbiter arbiter = new Arbiter.TakeOver(tracker, tenant, cluster, replica, afterMs);
        WriteRules rules = writes.rules(limits.of(tenant), clock.nowMs(), arbiter);
        if (rules.election() == null) {
            return; // turned off a moment ago
        }
        Written written = write(writes, rules, (Body) held);
        if (written.refusal() != null) {
            throw written.refusal();
        }
    }

    private Written write(TenantWrites writes, WriteRules rules, Body body) throws InterruptedException {
        Pushed pushed = push(writes, rules, body);
        WriteOutcome outcome = pushed.pending == null ? WriteOutcome.ALL_STORED : pushed.pending.await();
        if (outcome.count(SampleStatus.UNKNOWN_SERIES) > 0) {
            outcome = pushWithLabels(outcome, rules, body);
        }
        writes.know(pushed.metadataHashes);
        knownRefs.addStored(pushed.newRefs, outcome);
        int samples = pushed.samples;
        int histograms = pushed.histograms;
        int exemplars = pushed.exemplars;
        Refusals refusals = pushed.refusals;
        if (outcome.refused() > 0) {
            RowsRefused refused = new RowsRefused(
                    outcome, samples, histograms, exemplars, rules.limits().seriesLimitAction());
            samples -= refused.samples;
            histograms -= refused.histograms;
            exemplars -= refused.exemplars;
            refused.forEachDropped(writes::countDroppedSamples);
            writes.refusedExemplars.inc(refused.exemplars);
            refusals = refusals == null ? new Refusals() : refusals;
            SampleStatus named = refused.named(refusals.none());
            refused.addTo(
                    refusals, named, named == null ? null : text(named, refused.first(named), outcome, rules, body));
        }
        RequestElection election = rules.election();
        int standbySamples = 0;
        int standbyExemplars = 0;
        if (election != null) {
            samples -= election.refusedSamples;
            histograms -= election.refusedHistograms;
            exemplars -= election.refusedExemplars;
            standbySamples = election.standbySamples;
            standbyExemplars = election.standbyExemplars;
            refusals = elected(writes, rules, refusals, (long) samples + histograms - standbySamples);
        }
        writes.storedSamples.inc((long) samples + histograms - standbySamples);
        writes.storedExemplars.inc((long) exemplars - standbyExemplars);
        Failure refusal = null;
        if (refusals != null && !refusals.none()) {
            refusals.forEach(writes::countRefusedSamples);
            refusal = refusals.failure(pushed.received);
        }
        return new Written(
                samples,
                histograms,
                exemplars + pushed.exemplarsByPolicy,
                refusal,
                standbySamples + standbyExemplars > 0,
                election == null ? 0 : election.retrySeconds);
    }

    /**
     * Ends the election of a request: counts, tells the tracker what is durable, and says what is refused.
     *
     * @param storedSamples floats and histograms
     */
    private static Refusals elected(TenantWrites writes, WriteRules rules, Refusals known, long storedSamples) {
        RequestElection election = rules.election();
        if (rules.election().isTakeOver()) {
            writes.ha().takenOverSamples.inc(storedSamples);
        } else if (election.standbySamples > 0) {
            writes.ha().standbySamples.inc(election.standbySamples);
        }
        if (known == null || !known.hasTemporary()) {
            election.written(); // what its sender sends again is not what others may leave out
        }
        Refusals refusals = known;
        if (election.refuses()) {
            refusals = known == null ? new Refusals() : known;
            election.addTo(refusals, rules);
        }
        return refusals;
    }

    private Pushed push(TenantWrites writes, WriteRules rules, Body body) throws InterruptedException {
        int length = body.inflatedLength(maxBodyBytes);
        inflight.reserve(length);
        try {
            DecodeContext context = contexts.take();
            try {
                context.decode(body, length, rules, false);
                return push(writes, rules, context, body);
            } finally {
                contexts.give(context);
            }
        } finally {
            inflight.release(length);
        }
    }

    private Pushed push(TenantWrites writes, WriteRules rules, DecodeContext context, Body body) {
        BatchRows rows = context.rows;
        WriteBatch batch = context.batch;
        boolean again = rules.election() != null && rules.election().isTakeOver();
        if (!again) {
            writes.receivedSamples.inc(rows.received);
            writes.receivedHistograms.inc(rows.receivedHistograms);
            writes.receivedExemplars.inc(rows.receivedExemplars);
            writes.refusedExemplars.inc(rows.refusedExemplars);
            writes.receivedMetadata.inc(context.metadata.received);
        }
        int histograms = batch.histograms.size();
        int exemplars = batch.exemplars.size();
        TakenRows taken = rules.election() == null
                ? TakenRows.all(batch)
                : rules.election().judge(batch, context.replicas.pairOf, body);
        WriteBatch pushed = taken.batch();
        if (pushed != null && !again) {
            writes.admit(taken.sampleCount(), rules);
        }
        return new Pushed(
                pushed == null ? null : taken.ofWhole(push.push(pushed)),
                context.refusals.none() ? null : context.refusals.copy(),
                rows.received,
                batch.sampleCount,
                histograms,
                exemplars,
                rows.receivedExemplars - rows.refusedExemplars - exemplars,
                context.newRefs(body.message()),
                pushed == null || pushed.metadata.isEmpty() ? NO_METADATA : context.metadata.hashes());
    }

    /**
     * Sends those series again, with their labels, that an ingester was taken to know and does not: it has dropped them
     * since, or is another one.
     *
     * @return what became of all rows
     */
    private WriteOutcome pushWithLabels(WriteOutcome first, WriteRules rules, Body body) throws InterruptedException {
        int length = body.inflatedLength(maxBodyBytes);
        WriteOutcome all;
        BatchPart part;
        PendingPush pending;
        DecodeContext context = contexts.take();
        try {
            context.decode(body, length, rules, true);
            WriteBatch batch = context.batch;
            boolean[] unknown = unknownSeries(batch, first);
            all = outcomeOfOthers(batch, first, unknown);
            part = part(batch, unknown, rules.election(), context.replicas.pairOf);
            pending = push.push(part.batch());
        } finally {
            contexts.give(context);
        }
        part.addTo(all, pending.await());
        return all;
    }

    /** Also those whose exemplars came alone: their series may be one that begins again. */
    private static boolean[] unknownSeries(WriteBatch batch, WriteOutcome outcome) {
        boolean[] unknown = new boolean[batch.seriesCount];
        int series = 0;
        for (int row = 0; row < batch.rowCount(); row++) {
            series = batch.seriesOf(row, series);
            SampleStatus status = outcome.of(row);
            unknown[series] |= status == SampleStatus.UNKNOWN_SERIES || status == SampleStatus.EXEMPLAR_REFUSED;
        }
        return unknown;
    }

    private static WriteOutcome outcomeOfOthers(WriteBatch batch, WriteOutcome outcome, boolean[] unknown) {
        WriteOutcome others = new WriteOutcome(batch.rowCount());
        int series = 0;
        for (int row = 0; row < batch.rowCount(); row++) {
            SampleStatus status = outcome.of(row);
            series = batch.seriesOf(row, series);
            if (status != SampleStatus.STORED && !unknown[series]) {
                others.set(row, status, outcome.firstDetailMs(status));
            }
        }
        return others;
    }

    private static BatchPart part(WriteBatch batch, boolean[] in, RequestElection election, int[] pairOf) {
        BatchPart part = new BatchPart(batch);
        int[] ordinalOf = new int[batch.seriesCount];
        long[] afterMs = new long[batch.seriesCount];
        for (int series = 0; series < batch.seriesCount; series++) {
            afterMs[series] = election == null ? Long.MIN_VALUE : election.afterMs(pairOf[series]);
            ordinalOf[series] = in[series] ? part.add(batch, series, afterMs[series]) : BatchPart.ABSENT;
        }
        part.addOthers(batch, ordinalOf, afterMs);
        return part;
    }

    /** Decodes again, by the same rules, to the same rows: now the ordinal of the row has labels. */
    private String text(SampleStatus status, int row, WriteOutcome outcome, WriteRules rules, Body body)
            throws InterruptedException {
        int length = body.inflatedLength(maxBodyBytes);
        DecodeContext context = contexts.take();
        try {
            context.decode(body, length, rules, true);
            WriteBatch batch = context.batch;
            int series = batch.seriesOf(row, 0);
            long timestampMs = row < batch.sampleCount
                    ? batch.timestampMs[row]
                    : batch.histograms.get(row - batch.sampleCount).timestampMs();
            int start = batch.labelOffset[series];
            String labels = SeriesText.of(batch.labels, start, start + batch.labelLength[series]);
            return RefusalText.outcome(status, rules, labels, timestampMs, outcome.firstDetailMs(status));
        } finally {
            contexts.give(context);
        }
    }
}
