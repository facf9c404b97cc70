package io.engram.distributor;

import io.engram.distributor.ha.HeldWrite;
import io.engram.distributor.ha.Verdict;
import io.engram.model.failure.ErrorId;
import io.engram.model.hash.SeriesHash;
import io.engram.model.write.ExemplarSample;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.WriteBatch;
import java.util.function.Supplier;

/**
 * What the elections say of one request, series by series. Asked once, when it is first decoded; looking at the same body
 * again finds the same. Used by one thread.
 */
final class RequestElection {
    /** Senders are asked to come back within these seconds, whatever the leader does. */
    private static final int MAX_RETRY_SECONDS = 10;

    private final HaLabels labels;
    private final Arbiter arbiter;
    private final ReplicaPairs pairs;
    private HeldWrite copy;

    // Of the request: what is refused, …
    int refusedSamples;
    int refusedHistograms;
    int refusedExemplars;
    // … and what is left out as if it were stored.
    int standbySamples;
    int standbyExemplars;

    /** Where some is to be sent again: in how many seconds; else 0. */
    int retrySeconds;

    RequestElection(HaLabels labels, SeriesHash hash, Arbiter arbiter) {
        this.labels = labels;
        this.arbiter = arbiter;
        this.pairs = new ReplicaPairs(hash);
    }

    HaLabels labels() {
        return labels;
    }

    ReplicaPairs pairs() {
        return pairs;
    }

    /**
     * Decides about a batch, whose pairs are known.
     *
     * @return what of it goes on
     */
    TakenRows judge(WriteBatch batch, int[] pairOf, Body body) {
        boolean others = tally(batch, pairOf);
        Supplier<HeldWrite> held = () -> {
            copy = copy == null ? body.copy() : copy;
            return copy;
        };
        boolean whole = arbiter.takesOthers() || !others;
        boolean any = arbiter.takesOthers() && others;
        for (int i = 0; i < pairs.all().size(); i++) {
            ReplicaPair pair = pairs.all().get(i);
            pair.verdict = i == ReplicaPairs.MAX_PAIRS
                    ? new Verdict.TooManyClusters(ReplicaPairs.MAX_PAIRS)
                    : arbiter.judge(pair.cluster(), pair.replica(), pair.oldestMs, pair.newestMs, held);
            whole &= pair.takenWhole();
            any |= pair.taken();
            if (pair.refused()) {
                refusedSamples += pair.samples;
                refusedHistograms += pair.histograms;
                refusedExemplars += pair.exemplars;
            }
        }
        TakenRows taken = whole
                ? TakenRows.all(batch)
                : any ? TakenRows.some(batch, series -> afterMs(pairOf[series])) : TakenRows.NONE;
        standbySamples =
                batch.sampleCount + batch.histograms.size() - refusedSamples - refusedHistograms - taken.sampleCount();
        standbyExemplars = batch.exemplars.size() - refusedExemplars - taken.exemplarCount();
        return taken;
    }

    /** Samples of a series with that pair are taken where they are newer; {@link TakenRows#NOTHING} takes none. */
    long afterMs(int pair) {
        if (pair == ReplicaRows.NO_PAIR) {
            return arbiter.takesOthers() ? Long.MIN_VALUE : TakenRows.NOTHING;
        }
        return pairs.all().get(pair).verdict instanceof Verdict.Take(long afterMs) ? afterMs : TakenRows.NOTHING;
    }

    /** Counts what there is of each pair; true where there are series without one. */
    private boolean tally(WriteBatch batch, int[] pairOf) {
        boolean others = false;
        for (int series = 0; series < batch.seriesCount; series++) {
            if (pairOf[series] == ReplicaRows.NO_PAIR) {
                others = true;
                continue;
            }
            ReplicaPair pair = pairs.all().get(pairOf[series]);
            int end = batch.firstSample[series + 1];
            pair.samples += end - batch.firstSample[series];
            for (int sample = batch.firstSample[series]; sample < end; sample++) {
                pair.saw(batch.timestampMs[sample]);
            }
        }
        for (HistogramSample row : batch.histograms) {
            if (pairOf[row.series()] != ReplicaRows.NO_PAIR) {
                ReplicaPair pair = pairs.all().get(pairOf[row.series()]);
                pair.histograms++;
                pair.saw(row.timestampMs());
            }
        }
        for (ExemplarSample row : batch.exemplars) {
            if (pairOf[row.series()] != ReplicaRows.NO_PAIR) {
                ReplicaPair pair = pairs.all().get(pairOf[row.series()]);
                pair.exemplars++;
                pair.saw(row.timestampMs());
            }
        }
        return others;
    }

    /** Whether the request is one that was held. */
    boolean isTakeOver() {
        return arbiter instanceof Arbiter.TakeOver;
    }

    /** Notes that what was taken is durable. */
    void written() {
        for (ReplicaPair pair : pairs.all()) {
            if (pair.taken()) {
                arbiter.written(pair.cluster(), pair.replica(), pair.newestMs);
            }
        }
    }

    boolean refuses() {
        return pairs.all().stream().anyMatch(ReplicaPair::refused);
    }

    /** Adds what is refused. What is to be sent again is named before anything else, or the sender would drop it. */
    void addTo(Refusals refusals, WriteRules rules) {
        boolean named = false;
        for (ReplicaPair pair : pairs.all()) {
            if (!pair.refused()) {
                continue;
            }
            ErrorId id = id(pair.verdict);
            int samples = pair.samples + pair.histograms;
            boolean temporary = id != ErrorId.HA_CLUSTERS_LIMIT;
            String text = temporary && !named || refusals.none() ? HaRefusalText.of(pair, rules) : null;
            refusals.add(id, samples, text);
            if (temporary) {
                if (!named) {
                    refusals.name(id, text);
                    named = true;
                }
                retrySeconds = retrySeconds(pair.verdict, retrySeconds);
            }
        }
    }

    private static ErrorId id(Verdict verdict) {
        return switch (verdict) {
            case Verdict.LeaderLate _ -> ErrorId.HA_LEADER_LATE;
            case Verdict.BufferFull _ -> ErrorId.HA_BUFFER_FULL;
            case Verdict.TooManyClusters _ -> ErrorId.HA_CLUSTERS_LIMIT;
            case Verdict.Take _, Verdict.Standby _ -> throw new IllegalArgumentException(verdict + " refuses nothing");
        };
    }

    private static int retrySeconds(Verdict verdict, int atMost) {
        long ms = verdict instanceof Verdict.LeaderLate late ? late.retryMs() : 1000L * MAX_RETRY_SECONDS;
        int seconds = Math.clamp((ms + 999) / 1000, 1, MAX_RETRY_SECONDS);
        return atMost == 0 ? seconds : Math.min(atMost, seconds);
    }
}
