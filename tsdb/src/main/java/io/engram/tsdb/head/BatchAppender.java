package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.LAST_MS;
import static io.engram.tsdb.head.SeriesRecord.STATE;
import static io.engram.tsdb.head.SeriesRecord.UNANNOUNCED;

import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.tsdb.slab.RecordSlab;
import io.engram.tsdb.wal.SampleRecordEncoder;
import java.util.Arrays;

/**
 * Appends batches, one after the other, for one thread at a time; a pool hands these out. Nothing is allocated per
 * sample.
 *
 * <ol>
 *   <li>Series are sorted by stripe, in the order of the batch within each.
 *   <li>Under a stripe's lock {@link SeriesFinder} finds them, samples are judged and appended, and what was stored goes
 *       to the log: so the log has the decisions of each series in their order.
 *   <li>Series that were not found are created in that order, in one go, and have a second round. So a batch that comes
 *       again reads its records one behind the other, which the processor foresees.
 * </ol>
 */
final class BatchAppender {
    /** Samples in one record of the log: far below what the log's buffer takes. */
    private static final int RECORD_SAMPLES = 16_384;

    private final HeadLog log;
    private final OpenChunk chunk;
    private final ChunkSealer sealer;
    private final SealAhead sealAhead;
    private final EarlySeal early = new EarlySeal();
    private final LateSamples late;
    private final SideAppends side;
    private final BatchVerdict verdict = new BatchVerdict();
    private final SeriesCreator creator;
    private final SeriesFinder finder = new SeriesFinder();
    private final SampleRecordEncoder record = new SampleRecordEncoder();

    private final StripeOrder order = new StripeOrder();
    private int[] unknown = new int[16];
    private int unknownCount;

    private TenantHead head;
    private WriteBatch batch;
    private boolean besides; // the batch has more than floats
    private boolean emptySeries; // a series of this round has no sample
    private long cutMs;
    private long newestMs;
    private long oldestMs;
    private long lowestMs; // of the samples stored in this stripe
    private int place; // in the order: the series at work
    private int readTo; // behind the last place of this stripe whose chunk has been read for sealing, if it ends
    private long logPosition;

    BatchAppender(HeadMemory memory, HeadLog log, SeriesBudget budget) {
        this.log = log;
        this.chunk = new OpenChunk(memory.blocks());
        this.sealer = new ChunkSealer();
        this.sealAhead = new SealAhead(memory.blocks());
        this.late = new LateSamples(verdict);
        this.side = new SideAppends(log, this::logRecord);
        this.creator = new SeriesCreator(log, budget);
    }

    /** Appends the batch; what is returned waits for the log. */
    PendingAppend append(TenantHead to, WriteBatch from) {
        head = to;
        batch = from;
        verdict.begin(from);
        besides = side.begin(to, from);
        late.begin(to);
        newestMs = Long.MIN_VALUE;
        oldestMs = Long.MAX_VALUE;
        logPosition = 0;
        cutMs = to.cutMs();
        early.begin(to);
        unknownCount = 0;
        try {
            order.sortAll(from);
            finder.begin(from.seriesCount);
            round();
            if (unknownCount > 0) {
                createUnknown();
            }
            if (besides) {
                side.appendWide(verdict);
                logPosition = Math.max(logPosition, side.position());
            }
            if (verdict.outcome().count(SampleStatus.DUPLICATE) > 0) {
                logPosition = log.lastPosition(); // what is there already may not be durable yet
            }
            return new PendingAppend(log, logPosition, verdict.outcome());
        } finally {
            to.noteTimes(oldestMs, newestMs);
            side.forget();
            verdict.forget();
            head = null;
            batch = null;
        }
    }

    private void createUnknown() {
        int count = unknownCount;
        unknownCount = 0;
        logPosition = Math.max(logPosition, creator.create(head, batch, unknown, count));
        int found = 0;
        for (int k = 0; k < count; k++) {
            SampleStatus refused = creator.refusal(k);
            if (refused == null) {
                unknown[found++] = unknown[k];
            } else {
                refuse(unknown[k], refused, creator.detail(k));
            }
        }
        order.sort(batch, unknown, found);
        emptySeries = false;
        try {
            round();
        } catch (RuntimeException | Error e) {
            emptySeries = true;
            throw e;
        } finally {
            if (emptySeries) {
                head.noteEmptySeries();
            }
        }
        // Gone again already: retention has dropped the series between the rounds. Its samples are too old to be kept.
        for (int k = 0; k < unknownCount; k++) {
            refuse(unknown[k], SampleStatus.UNKNOWN_SERIES, 0);
        }
    }

    private void refuse(int i, SampleStatus why, long detail) {
        for (int sample = batch.firstSample[i]; sample < batch.firstSample[i + 1]; sample++) {
            verdict.note(sample, why, detail);
        }
        if (besides) {
            side.refuse(i, why, detail, verdict);
        }
    }

    /** Appends what the series of {@link #order} have; those not found are added to {@link #unknown}. */
    private void round() {
        readTo = 0;
        int from = 0;
        for (int s = 0; s < Stripe.COUNT; s++) {
            int to = order.end(s);
            if (from < to) {
                Stripe stripe = head.stripe(s);
                stripe.lock.lock();
                try {
                    finder.find(head, stripe, batch, order, from, to);
                    appendAll(stripe, from, to);
                } finally {
                    stripe.lock.unlock();
                }
            }
            from = to;
        }
    }

    private void appendAll(Stripe stripe, int from, int to) {
        SeriesRecords records = head.records();
        record.begin(head.tenant(), stripe.number);
        lowestMs = Long.MAX_VALUE;
        if (besides) {
            side.beginStripe(stripe);
        }
        try {
            for (int k = from; k < to; k++) {
                place = k;
                int i = order.at(k);
                int number = finder.number(k);
                if (number < 0) {
                    addUnknown(i);
                    continue;
                }
                int extent = records.extent(number);
                long[] page = records.page(extent);
                int at = RecordSlab.offset(extent, number);
                if ((page[at + STATE] & UNANNOUNCED) != 0) {
                    addUnknown(i);
                } else {
                    appendSeries(stripe, number, page, at, i);
                    if (besides) {
                        side.append(stripe, number, page, at, i, verdict);
                    }
                    emptySeries |= page[at + LAST_MS] == Long.MIN_VALUE;
                }
            }
        } finally { // what is in memory must be in the log, whatever stopped us
            stripe.noteStored(lowestMs, head.blocks().endMs());
            logRecord(stripe);
            if (besides) {
                side.endStripe();
            }
        }
    }

    private void addUnknown(int i) {
        if (batch.firstSample[i] == batch.firstSample[i + 1] && !(besides && side.has(i))) {
            return;
        }
        if (unknownCount == unknown.length) {
            unknown = Arrays.copyOf(unknown, 2 * unknownCount);
        }
        unknown[unknownCount++] = i;
    }

    private void appendSeries(Stripe stripe, int number, long[] page, int at, int i) {
        chunk.load(page, at, stripe.number);
        int openBefore = chunk.count();
        int replica = chunk.replica();
        ActivityStore activity = replica == ReplicaNumbers.NONE ? null : stripe.side.activity(head);
        early.series(replica);
        try {
            for (int sample = batch.firstSample[i]; sample < batch.firstSample[i + 1]; sample++) {
                long timeMs = batch.timestampMs[sample];
                long valueBits = batch.valueBits[sample];
                long lastMs = chunk.lastMs();
                if (timeMs > lastMs && timeMs >= cutMs) {
                    if (chunk.endsBefore(timeMs)) {
                        readWhatEnds(stripe, timeMs);
                        sealer.sealCell(head, chunk, number, batch.fingerprintLo[i]);
                        stripe.sealedChunks++;
                    } else if (early.isDue(chunk)) {
                        sealer.sealPiece(head.chunks(), chunk, number, batch.fingerprintLo[i]);
                        stripe.sealedChunks++;
                    }
                    if (chunk.count() == 0) {
                        if (chunk.has(SideKind.HISTOGRAMS)) {
                            endHistograms(stripe, number, i);
                        }
                        oldestMs = Math.min(oldestMs, timeMs);
                    }
                    chunk.append(timeMs, valueBits);
                    lowestMs = Math.min(lowestMs, timeMs);
                    logSample(stripe, number, timeMs, valueBits);
                } else if (late.take(stripe, number, batch.fingerprintLo[i], chunk, sample, timeMs, valueBits, cutMs)) {
                    oldestMs = Math.min(oldestMs, timeMs);
                    lowestMs = Math.min(lowestMs, timeMs);
                    logSample(stripe, number, timeMs, valueBits);
                } else {
                    continue;
                }
                if (activity != null) {
                    activity.count(replica, timeMs, lastMs);
                }
            }
        } finally {
            newestMs = Math.max(newestMs, chunk.lastMs());
            chunk.store(page, at);
            stripe.openChunks += (chunk.count() > 0 ? 1 : 0) - (openBefore > 0 ? 1 : 0);
        }
    }

    private void readWhatEnds(Stripe stripe, long timeMs) {
        if (place >= readTo) {
            readTo = order.end(stripe.number);
            sealAhead.read(head.records(), finder, place + 1, readTo, timeMs);
        }
    }

    /** The series goes on with floats: its open histogram chunk is sealed, so that its chunks stay in the order of time. */
    private void endHistograms(Stripe stripe, int number, int i) {
        if (besides) {
            side.logNow(stripe);
        }
        stripe.side.histograms(head).end(number, batch.fingerprintLo[i], chunk);
    }

    private void logSample(Stripe stripe, int number, long timeMs, long valueBits) {
        record.add(number, timeMs, Double.longBitsToDouble(valueBits));
        if (record.count() == RECORD_SAMPLES) {
            logRecord(stripe);
        }
    }

    private void logRecord(Stripe stripe) {
        stripe.blocks += chunk.blocksTaken;
        chunk.blocksTaken = 0;
        int count = record.count();
        if (count > 0) {
            stripe.samples += count;
            int length = record.finish();
            logPosition = log.append(record.bytes(), length);
            record.begin(head.tenant(), stripe.number);
        }
    }
}
