package io.engram.distributor;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
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
    private static final SampleStatus[] STATUSES = SampleStatus.values();

    private final long maxBodyBytes;
    private final TenantLimits limits;
    private final Clock clock;
    private final DecodeContexts contexts;
    private final ByteBudget inflight;
    private final Push push;

    WritePath(
            long maxBodyBytes,
            TenantLimits limits,
            Clock clock,
            DecodeContexts contexts,
            ByteBudget inflight,
            Push push) {
        this.maxBodyBytes = maxBodyBytes;
        this.limits = limits;
        this.clock = clock;
        this.contexts = contexts;
        this.inflight = inflight;
        this.push = push;
    }

    /** What is known of a request when its context goes on to the next. */
    private record Pushed(PendingPush pending, Refusals refusals, int received, int pushedSamples) {}

    /**
     * Stores what the body holds, and returns when that is durable. The body is borrowed until then.
     *
     * @throws Failure where the body was refused; or some of its samples, the others are stored then
     */
    void write(TenantId tenant, TenantWrites writes, Body body) throws InterruptedException {
        WriteRules rules = writes.rules(limits.of(tenant), clock.nowMs());
        Pushed pushed = push(writes, rules, body);
        WriteOutcome outcome = pushed.pending == null ? WriteOutcome.ALL_STORED : pushed.pending.await();
        int refused = outcome.refused();
        writes.storedSamples.inc(pushed.pushedSamples - refused);
        Refusals refusals = pushed.refusals;
        if (refused > 0) {
            refusals = refusals == null ? new Refusals() : refusals;
            addOutcome(outcome, refusals, rules, body);
        }
        if (refusals != null) {
            refusals.forEach(writes::countRefusedSamples);
            throw refusals.failure(pushed.received);
        }
    }

    private Pushed push(TenantWrites writes, WriteRules rules, Body body) throws InterruptedException {
        int length = body.inflatedLength(maxBodyBytes);
        inflight.reserve(length);
        try {
            DecodeContext context = contexts.take();
            try {
                context.decode(body, length, rules);
                WriteRequestScanner scanner = context.scanner;
                writes.receivedSamples.inc(scanner.received);
                writes.droppedExemplars.inc(scanner.exemplars);
                writes.droppedMetadata.inc(scanner.metadata);
                WriteBatch batch = context.batch;
                return new Pushed(
                        batch.sampleCount == 0 ? null : push.push(batch),
                        context.refusals.none() ? null : context.refusals.copy(),
                        scanner.received,
                        batch.sampleCount);
            } finally {
                contexts.give(context);
            }
        } finally {
            inflight.release(length);
        }
    }

    /** Adds what the ingester refused. Its first sample is named, for which the body is looked at once more. */
    private void addOutcome(WriteOutcome outcome, Refusals refusals, WriteRules rules, Body body)
            throws InterruptedException {
        SampleStatus firstStatus = null;
        for (SampleStatus status : STATUSES) {
            if (!status.success()
                    && outcome.count(status) > 0
                    && (firstStatus == null || outcome.first(status) < outcome.first(firstStatus))) {
                firstStatus = status;
            }
        }
        // What the sender may send again outranks what it may not: a final answer would make it drop both.
        boolean temporary = outcome.count(SampleStatus.INSTANCE_SERIES_LIMIT) > 0;
        if (temporary) {
            firstStatus = SampleStatus.INSTANCE_SERIES_LIMIT;
        }
        if (temporary || refusals.none()) {
            refusals.name(id(firstStatus), text(firstStatus, outcome, rules, body));
        }
        for (SampleStatus status : STATUSES) {
            if (!status.success() && outcome.count(status) > 0) {
                refusals.add(id(status), outcome.count(status), null);
            }
        }
    }

    private static ErrorId id(SampleStatus status) {
        return switch (status) {
            case CONFLICT -> ErrorId.SAMPLE_DUPLICATE_TIMESTAMP;
            case OUT_OF_ORDER -> ErrorId.SAMPLE_OUT_OF_ORDER;
            case TOO_OLD -> ErrorId.SAMPLE_TOO_OLD;
            case INSTANCE_SERIES_LIMIT -> ErrorId.INSTANCE_SERIES_LIMIT;
            case TENANT_SERIES_LIMIT -> ErrorId.TENANT_SERIES_LIMIT;
            case METRIC_SERIES_LIMIT -> ErrorId.METRIC_SERIES_LIMIT;
            case LABEL_SET_SERIES_LIMIT -> ErrorId.LABEL_SET_SERIES_LIMIT;
            case EXEMPLAR_REFUSED, UNKNOWN_SERIES, STORED, DUPLICATE -> ErrorId.INTERNAL;
        };
    }

    /** Decodes again, by the same rules, to the same columns: now the ordinal of the sample has labels. */
    private String text(SampleStatus status, WriteOutcome outcome, WriteRules rules, Body body)
            throws InterruptedException {
        int length = body.inflatedLength(maxBodyBytes);
        DecodeContext context = contexts.take();
        try {
            context.decode(body, length, rules);
            WriteBatch batch = context.batch;
            int sample = outcome.first(status);
            int series = 0;
            while (batch.firstSample[series + 1] <= sample) {
                series++;
            }
            int start = batch.labelOffset[series];
            String labels = SeriesText.of(batch.labels, start, start + batch.labelLength[series]);
            return RefusalText.outcome(status, rules, labels, batch.timestampMs[sample], outcome.firstDetailMs(status));
        } finally {
            contexts.give(context);
        }
    }
}
