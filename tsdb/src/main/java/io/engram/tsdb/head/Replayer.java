package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_HI;
import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_LO;
import static io.engram.tsdb.head.SeriesRecord.HAS_REPLICA;
import static io.engram.tsdb.head.SeriesRecord.STATE;
import static io.engram.tsdb.head.SeriesRecord.UNANNOUNCED;

import io.engram.tsdb.slab.RecordSlab;
import io.engram.tsdb.wal.CorruptRecord;
import io.engram.tsdb.wal.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Brings one tenant back: from its part of a checkpoint, then from the log. Decisions were made before they were logged,
 * so nothing is judged again: what is older than its series' last is a late sample, and of equal times the first stays.
 * For one thread.
 */
final class Replayer {
    private final TenantHead head;
    private final OpenChunk chunk;
    private final EarlySeal early = new EarlySeal();
    private final ChunkSealer sealer = new ChunkSealer();
    private final LateSamples late = new LateSamples(new BatchVerdict());
    private final SeriesBudget budget;
    private final SeriesRemoval removal;
    private final RecoveredSeries sideSeries;

    /** Records of a lane up to this position are in the checkpoint. */
    private long[] coveredTo = new long[Stripe.LANES];

    /** By the pair ids of the run that wrote: ours + 1; 0 where we do not know the pair. */
    private int[] pairIds = new int[256];

    private byte[] pair = new byte[512];

    /** Samples brought back from the log. */
    long samples;

    private long lostSamples;
    /** Series whose labels were lost. */
    long lostSeries;

    Replayer(TenantHead head, SeriesBudget budget) {
        this.head = head;
        this.budget = budget;
        this.chunk = new OpenChunk(head.memory().blocks());
        this.removal = new SeriesRemoval(head, budget);
        this.sideSeries = new RecoveredSeries(head);
        this.late.begin(head);
    }

    /** Samples, and entries of side stores, of series that no readable record has created. */
    long lostSamples() {
        return lostSamples + sideSeries.lost;
    }

    TenantHead head() {
        return head;
    }

    void coveredTo(long[] positions) {
        coveredTo = positions;
    }

    void restoreTimes(long newestMs, long oldestMs, long truncatedMs) {
        head.truncate(truncatedMs);
        head.noteTimes(oldestMs, newestMs);
    }

    void restoreBlocks(BlockMarks.Released released, long unshippedMs) {
        head.blocks().restore(released, unshippedMs);
    }

    /** When the checkpoint's series are there: those that come behind it have this number or a higher one. */
    void continueAt(int nextSeries) {
        head.continueAt(nextSeries);
    }

    /** Another run of the process begins: it gave out pair ids of its own. */
    void forgetPairs() {
        Arrays.fill(pairIds, 0);
    }

    /** Where name and value lie in {@code bytes}. */
    void pair(int id, byte[] bytes, int nameOffset, int nameLength, int valueOffset, int valueLength) {
        if (pair.length < nameLength + valueLength + 12) {
            pair = new byte[2 * (nameLength + valueLength + 12)];
        }
        int length = PairBytes.write(bytes, nameOffset, nameLength, valueOffset, valueLength, pair);
        pair(id, pair, 0, length);
    }

    /** Its canonical bytes. */
    void pair(int id, byte[] bytes, int offset, int length) {
        if (id < 0) {
            return; // ids are given out from 0: damage
        }
        if (id >= pairIds.length) {
            pairIds = Arrays.copyOf(pairIds, Math.max(id + 1, 2 * pairIds.length));
        }
        pairIds[id] = head.index().internPair(bytes, offset, length) + 1;
    }

    /** A series by the writer's pair ids, which are replaced by ours in place. Known ones are left as they are. */
    void series(int number, long fingerprintHi, long fingerprintLo, int[] ids, int count) {
        Stripe stripe = head.stripe(Stripe.of(fingerprintHi));
        int known = head.find(stripe, fingerprintHi, fingerprintLo);
        if (known == number) {
            return;
        }
        if (number < head.nextSeries()) {
            lostSeries++; // out of its turn: damage has cost the record that stood there
            return;
        }
        for (int i = 0; i < count; i++) {
            int ours = ids[i] >= 0 && ids[i] < pairIds.length ? pairIds[ids[i]] : 0;
            if (ours == 0) {
                lostSeries++;
                return;
            }
            ids[i] = ours - 1;
        }
        if (known >= 0) {
            // It was removed, and came again later, before the process ended.
            removal.replace(known, () -> head.addSeries(number, fingerprintHi, fingerprintLo, ids, count));
        } else {
            head.addSeries(number, fingerprintHi, fingerprintLo, ids, count);
        }
        int extent = head.records().extent(number);
        head.records().page(extent)[RecordSlab.offset(extent, number) + STATE] &= ~UNANNOUNCED;
        budget.take();
    }

    /** A series' record and open chunk as a checkpoint has them. */
    void record(Stripe stripe, int number, long[] words, byte[] bytes, int offset, int length) {
        int extent = head.records().extent(number);
        if (extent == RecordSlab.NONE) {
            lostSeries++;
            return;
        }
        long[] page = head.records().page(extent);
        int at = RecordSlab.offset(extent, number);
        long replica = page[at + STATE] & HAS_REPLICA; // by the labels and the limits of this run
        System.arraycopy(words, 0, page, at, CheckpointFormat.RECORD_WORDS);
        // Side stores mark their series as they are loaded.
        page[at + STATE] = page[at + STATE] & ~(UNANNOUNCED | SideKind.ANY | HAS_REPLICA) | replica;
        chunk.load(page, at, stripe.number);
        if (length > 0) {
            chunk.refill(bytes, offset, length);
            stripe.openChunks++;
        } else {
            chunk.forgetBlocks();
        }
        chunk.store(page, at);
        account(stripe);
    }

    /** A record of the log: samples of one stripe. */
    void samples(long position, int stripeNumber, int count, int[] numbers, long[] timesMs, double[] values) {
        if (stripeNumber < 0 || stripeNumber >= Stripe.COUNT || position <= coveredTo[stripeNumber]) {
            return;
        }
        Stripe stripe = head.stripe(stripeNumber);
        early.begin(head);
        long newestMs = Long.MIN_VALUE;
        long oldestMs = Long.MAX_VALUE;
        long lowestMs = Long.MAX_VALUE;
        int i = 0;
        while (i < count) {
            int number = numbers[i];
            int end = i + 1;
            while (end < count && numbers[end] == number) {
                end++;
            }
            int extent = head.records().extent(number);
            long[] page = extent == RecordSlab.NONE ? null : head.records().page(extent);
            int at = RecordSlab.offset(extent, number);
            if (page == null
                    || (page[at + STATE] & SeriesRecord.LIVE) == 0
                    || Stripe.of(page[at + FINGERPRINT_HI]) != stripeNumber) {
                lostSamples += end - i;
                i = end;
                continue;
            }
            chunk.load(page, at, stripeNumber);
            int openBefore = chunk.count();
            int replica = chunk.replica();
            early.series(replica);
            for (; i < end; i++) {
                long lastMs = chunk.lastMs();
                lowestMs = Math.min(lowestMs, timesMs[i]);
                if (timesMs[i] > lastMs) {
                    if (chunk.endsBefore(timesMs[i])) {
                        sealer.sealCell(head, chunk, number, page[at + FINGERPRINT_LO]);
                        stripe.sealedChunks++;
                    } else if (early.isDue(chunk)) {
                        sealer.sealPiece(head.chunks(), chunk, number, page[at + FINGERPRINT_LO]);
                        stripe.sealedChunks++;
                    }
                    if (chunk.count() == 0) {
                        if (chunk.has(SideKind.HISTOGRAMS)) {
                            stripe.side.histograms(head).end(number, page[at + FINGERPRINT_LO], chunk);
                        }
                        oldestMs = Math.min(oldestMs, timesMs[i]);
                    }
                    chunk.append(timesMs[i], Double.doubleToRawLongBits(values[i]));
                    samples++;
                } else if (late.takeAgain(
                        stripe,
                        number,
                        page[at + FINGERPRINT_LO],
                        chunk,
                        timesMs[i],
                        Double.doubleToRawLongBits(values[i]))) {
                    oldestMs = Math.min(oldestMs, timesMs[i]);
                    samples++;
                } else {
                    continue;
                }
                if (replica != ReplicaNumbers.NONE) {
                    stripe.side.activity(head).count(replica, timesMs[i], lastMs);
                }
            }
            newestMs = Math.max(newestMs, chunk.lastMs());
            chunk.store(page, at);
            stripe.openChunks += (chunk.count() > 0 ? 1 : 0) - (openBefore > 0 ? 1 : 0);
        }
        stripe.noteStored(lowestMs, head.blocks().endMs());
        account(stripe);
        head.noteTimes(oldestMs, newestMs);
    }

    /** A section of a checkpoint. */
    void side(int lane, SideKind kind, int version, ByteBuffer section) throws IOException {
        head.lane(lane).side.of(kind, head).read(section, version, sideSeries);
    }

    /** A record of the log: what was appended to a side store. */
    void side(long position, int lane, int kindId, RecordCursor payload) throws CorruptRecord {
        SideKind kind = SideKind.of(kindId);
        if (kind == null || lane >= Stripe.LANES) {
            throw payload.corrupt("a kind of side data and a lane", "kind " + kindId + ", lane " + lane);
        }
        if (position > coveredTo[lane]) {
            head.lane(lane).side.of(kind, head).replay(payload, sideSeries);
        }
    }

    private void account(Stripe stripe) {
        stripe.blocks += chunk.blocksTaken;
        chunk.blocksTaken = 0;
    }
}
