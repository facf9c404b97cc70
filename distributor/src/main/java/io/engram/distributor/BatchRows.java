package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.histogram.Histogram;
import io.engram.model.labels.Labels;
import io.engram.model.write.ExemplarSample;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.WriteBatch;
import java.util.Arrays;
import java.util.List;

/**
 * Takes a request into a {@link WriteBatch}, series by series: what a scanner of either version finds goes through here.
 *
 * <ol>
 *   <li>Rows of the series at hand are judged by their time, and added.
 *   <li>At its end the series' label bytes are hashed. Whether they are canonical and good is asked later, for all series
 *       at once: fingerprints that are {@link KnownSeries known} belong to bytes that were found so before.
 *   <li>Where one of the others is not, the request is scanned once more, <em>carefully</em>: series are then judged one
 *       by one, and what is refused is told.
 * </ol>
 *
 * Used by one thread.
 */
final class BatchRows {
    private final LabelCheck check = new LabelCheck();
    private final SeriesPlaces places;
    private final WriteBatch batch;
    private final Refusals refusals;

    private WriteRules rules;
    private long minTimeMs;
    private long maxTimeMs;
    private boolean careful;

    // Of the series at hand: where its rows begin in the batch …
    private int firstSample;
    private int firstHistogram;
    private int firstExemplar;
    // … what of it lies outside the time that is taken, with the first such time on each side …
    private int early;
    private int late;
    private long firstEarlyMs;
    private long firstLateMs;
    // … what its histograms break …
    private int badHistograms;
    private HistogramAdmission.Refused firstBadHistogram;
    // … and how much of it came and was left out.
    private int receivedOfSeries;
    private int histogramsOfSeries;
    private int exemplarsOfSeries;
    private int badExemplars;

    /** Samples in the request, histograms included, refused ones too. */
    int received;

    int receivedHistograms;
    int receivedExemplars;
    /** Exemplars that break a rule, or whose series does. */
    int refusedExemplars;

    BatchRows(KnownSeries known, WriteBatch batch, Refusals refusals) {
        this.places = new SeriesPlaces(known, check, batch);
        this.batch = batch;
        this.refusals = refusals;
    }

    /** Begins the batch anew. */
    void begin(WriteRules rules, boolean careful) {
        this.rules = rules;
        this.careful = careful;
        places.begin(rules);
        this.minTimeMs = rules.minTimeMs();
        this.maxTimeMs = rules.maxTimeMs();
        received = 0;
        receivedHistograms = 0;
        receivedExemplars = 0;
        refusedExemplars = 0;
        batch.tenant = rules.tenant();
        batch.seriesCount = 0;
        batch.sampleCount = 0;
        batch.hasStarts = false;
        batch.histograms.clear();
        batch.exemplars.clear();
        batch.metadata.clear();
        refusals.clear();
    }

    void beginSeries() {
        firstSample = batch.sampleCount;
        firstHistogram = batch.histograms.size();
        firstExemplar = batch.exemplars.size();
        early = 0;
        late = 0;
        badHistograms = 0;
        receivedOfSeries = 0;
        histogramsOfSeries = 0;
        exemplarsOfSeries = 0;
        badExemplars = 0;
    }

    /** Forgets what was taken of the series at hand. */
    void takeBack() {
        dropRows();
        beginSeries();
    }

    /** Whether nothing at all came with the series at hand. */
    boolean seriesIsEmpty() {
        return (receivedOfSeries | exemplarsOfSeries) == 0;
    }

    /**
     * Takes samples that are encoded as usual: value if not zero, timestamp, start timestamp if there is one, nothing
     * twice.
     *
     * @param startTag of the start timestamp; 0 where the message has none
     * @return where the first other field or the message ends; −1 where a sample is not encoded so
     */
    int usualSamples(byte[] bytes, int from, int end, int startTag) {
        int at = from;
        while (at < end && bytes[at] == Wire.SAMPLES) {
            int length = bytes[at + 1];
            int next = at + 2 + length;
            if (length < 2 || next > end) {
                return -1;
            }
            long valueBits = 0;
            int time = at + 2;
            if (bytes[time] == Wire.SAMPLE_VALUE) {
                valueBits = Wire.longAt(bytes, time + 1);
                time += 9;
            }
            if (bytes[time] != Wire.SAMPLE_TIMESTAMP) {
                return -1;
            }
            long word = Wire.longAt(bytes, time + 1);
            int timeBytes = Wire.varintLength(word);
            int timeEnd = time + 1 + timeBytes;
            if (timeBytes > Wire.WORD || timeEnd > next) {
                return -1;
            }
            long startMs = 0;
            if (timeEnd < next) {
                long startWord = Wire.longAt(bytes, timeEnd + 1);
                int startBytes = Wire.varintLength(startWord);
                if (startTag == 0
                        || bytes[timeEnd] != startTag
                        || startBytes > Wire.WORD
                        || timeEnd + 1 + startBytes != next) {
                    return -1;
                }
                startMs = Wire.varint(startWord);
            }
            sample(Wire.varint(word), valueBits, startMs);
            at = next;
        }
        return at;
    }

    /** Takes a sample of the series at hand, or notes that its time is outside what is taken. */
    void sample(long timestampMs, long valueBits, long startMs) {
        receivedOfSeries++;
        if (!timely(timestampMs)) {
            return;
        }
        int sample = batch.sampleCount;
        if (sample == batch.timestampMs.length) {
            int capacity = Math.max(1024, 2 * sample);
            batch.timestampMs = Arrays.copyOf(batch.timestampMs, capacity);
            batch.valueBits = Arrays.copyOf(batch.valueBits, capacity);
        }
        batch.timestampMs[sample] = timestampMs;
        batch.valueBits[sample] = valueBits;
        if (startMs != 0 || batch.hasStarts) {
            start(sample, startMs);
        }
        batch.sampleCount = sample + 1;
    }

    private boolean timely(long timestampMs) {
        if (timestampMs < minTimeMs) {
            firstEarlyMs = early++ == 0 ? timestampMs : firstEarlyMs;
            return false;
        }
        if (timestampMs > maxTimeMs) {
            firstLateMs = late++ == 0 ? timestampMs : firstLateMs;
            return false;
        }
        return true;
    }

    private void start(int sample, long startMs) {
        if (batch.startMs.length < batch.timestampMs.length) {
            batch.startMs = Arrays.copyOf(batch.startMs, batch.timestampMs.length);
        }
        if (!batch.hasStarts) {
            batch.hasStarts = true;
            Arrays.fill(batch.startMs, 0, batch.sampleCount, 0);
        }
        batch.startMs[sample] = startMs;
    }

    /** Says when counting began for those rows of the series at hand that do not say it themselves. */
    void startWhereUnset(long startMs) {
        for (int sample = firstSample; sample < batch.sampleCount; sample++) {
            if (!batch.hasStarts || batch.startMs[sample] == 0) {
                start(sample, startMs);
            }
        }
        List<HistogramSample> histograms = batch.histograms;
        for (int i = firstHistogram; i < histograms.size(); i++) {
            HistogramSample old = histograms.get(i);
            if (old.startMs() == 0) {
                histograms.set(i, new HistogramSample(old.series(), old.timestampMs(), startMs, old.value()));
            }
        }
    }

    /** Takes a histogram of the series at hand, or notes what is wrong with it. */
    void histogram(HistogramReader read) {
        receivedOfSeries++;
        histogramsOfSeries++;
        if (!timely(read.timestampMs)) {
            return;
        }
        switch (HistogramAdmission.of(read.histogram(), rules.limits())) {
            case HistogramAdmission.Taken(Histogram value) ->
                batch.histograms.add(new HistogramSample(batch.seriesCount, read.timestampMs, read.startMs, value));
            case HistogramAdmission.Refused refused ->
                firstBadHistogram = badHistograms++ == 0 ? refused : firstBadHistogram;
        }
    }

    /** Takes an exemplar of the series at hand; what is wrong with it costs nothing but itself. */
    void exemplar(long timestampMs, long valueBits, LabelList from) {
        exemplarsOfSeries++;
        if (rules.limits().maxExemplars() == 0) {
            return; // left out by policy: no fault of the sender's
        }
        long timeMs = timestampMs == 0 ? newestMs() : timestampMs;
        Labels labels = from == null ? null : from.exemplarLabels();
        if (labels == null || timeMs < minTimeMs || timeMs > maxTimeMs) {
            badExemplars++;
            return;
        }
        batch.exemplars.add(new ExemplarSample(batch.seriesCount, timeMs, Double.longBitsToDouble(valueBits), labels));
    }

    /** The time of an exemplar that has none: that of the sample it came with. */
    private long newestMs() {
        if (batch.sampleCount > firstSample) {
            return batch.timestampMs[batch.sampleCount - 1];
        }
        int histograms = batch.histograms.size();
        return histograms > firstHistogram
                ? batch.histograms.get(histograms - 1).timestampMs()
                : 0;
    }

    /**
     * Ends the series at hand, whose labels are {@code [start .. end)} of the batch's array, canonical or not.
     *
     * @return false where they are not and nothing was done
     */
    boolean endSeries(int start, int end) {
        if (careful || (early | late | badHistograms | badExemplars) != 0 || !hasRows()) {
            return admit(start, end, false);
        }
        ensureSeries();
        label(batch.seriesCount, start, end);
        batch.firstSample[batch.seriesCount++] = firstSample;
        count();
        return true;
    }

    /**
     * Ends the series at hand, whose labels are not at hand: who calls this gives it a fingerprint later.
     *
     * @return false where the labels are needed and nothing was done
     */
    boolean endSeriesWithoutLabels() {
        if (careful || (early | late | badHistograms | badExemplars) != 0 || !hasRows()) {
            return false;
        }
        ensureSeries();
        int series = batch.seriesCount++;
        batch.labelOffset[series] = 0;
        batch.labelLength[series] = 0;
        batch.firstSample[series] = firstSample;
        count();
        return true;
    }

    /** Gives a series of the batch its labels, and its fingerprint by them. */
    void label(int series, int start, int end) {
        batch.labelOffset[series] = start;
        batch.labelLength[series] = end - start;
        rules.hash().fingerprint(batch.labels, start, end - start, batch.fingerprintHi, batch.fingerprintLo, series);
    }

    /**
     * Ends the series at hand, whose labels were made canonical.
     *
     * @param problem what was wrong with them, or null
     * @param labelCount how many there were
     */
    void endCanonicalSeries(int start, int end, ErrorId problem, int labelCount) {
        if (problem == null) {
            admit(start, end, true);
        } else {
            check.labelCount = labelCount;
            refuseSeries(problem, start, end);
        }
    }

    private void ensureSeries() {
        int series = batch.seriesCount;
        if (series == batch.placement.length) {
            int capacity = Math.max(1024, 2 * series);
            batch.fingerprintHi = Arrays.copyOf(batch.fingerprintHi, capacity);
            batch.fingerprintLo = Arrays.copyOf(batch.fingerprintLo, capacity);
            batch.placement = Arrays.copyOf(batch.placement, capacity);
            batch.labelOffset = Arrays.copyOf(batch.labelOffset, capacity);
            batch.labelLength = Arrays.copyOf(batch.labelLength, capacity);
            batch.firstSample = Arrays.copyOf(batch.firstSample, capacity + 1);
        }
    }

    private void count() {
        received += receivedOfSeries;
        receivedHistograms += histogramsOfSeries;
        receivedExemplars += exemplarsOfSeries;
        refusedExemplars += badExemplars;
    }

    private boolean admit(int start, int end, boolean canonical) {
        ensureSeries();
        int series = batch.seriesCount;
        label(series, start, end);
        if (!places.placeKnown(series)) {
            if (!canonical && !LabelCheck.canonical(batch.labels, start, end)) {
                return false;
            }
            ErrorId problem = check.problem(batch.labels, start, end, rules.limits());
            if (problem != null) {
                refuseSeries(problem, start, end);
                return true;
            }
            places.placeNew(series);
        }
        if ((early | late | badHistograms) != 0) {
            refuseRows(start, end);
        }
        count();
        if (hasRows()) {
            batch.firstSample[series] = firstSample;
            batch.seriesCount = series + 1;
        }
        return true;
    }

    private boolean hasRows() {
        return batch.sampleCount > firstSample
                || batch.histograms.size() > firstHistogram
                || batch.exemplars.size() > firstExemplar;
    }

    private void refuseSeries(ErrorId problem, int start, int end) {
        String text = refusals.none() ? RefusalText.series(problem, rules, batch.labels, start, end, check) : null;
        refusals.add(problem, receivedOfSeries, text);
        badExemplars = exemplarsOfSeries;
        dropRows();
        count();
    }

    private void dropRows() {
        batch.sampleCount = firstSample;
        cut(batch.histograms, firstHistogram);
        cut(batch.exemplars, firstExemplar);
    }

    private static void cut(List<?> list, int size) {
        if (list.size() > size) {
            list.subList(size, list.size()).clear();
        }
    }

    private void refuseRows(int start, int end) {
        byte[] labels = batch.labels;
        if (early > 0) {
            String text = refusals.none() ? RefusalText.early(rules, labels, start, end, firstEarlyMs) : null;
            refusals.add(ErrorId.SAMPLE_IN_PAST, early, text);
        }
        if (late > 0) {
            String text = refusals.none() ? RefusalText.late(rules, labels, start, end, firstLateMs) : null;
            refusals.add(ErrorId.SAMPLE_IN_FUTURE, late, text);
        }
        if (badHistograms > 0) {
            String text = refusals.none() ? RefusalText.histogram(rules, labels, start, end, firstBadHistogram) : null;
            refusals.add(firstBadHistogram.id(), badHistograms, text);
        }
    }

    /** Says where the series end, when the request is at its end. */
    void end() {
        batch.firstSample[batch.seriesCount] = batch.sampleCount;
    }

    /**
     * Places all series of the batch.
     *
     * @return false where one of them may not stay: scan again, carefully
     */
    boolean placeAll() {
        return careful || places.placeAll(); // in a careful scan each was placed when it ended
    }

    /** Places a series that got its labels after it ended; false where it may not stay. */
    boolean place(int series) {
        return places.place(series);
    }

    /** Lets go of arrays that grew beyond what is usual. */
    void trim(int keptRows) {
        places.trim(keptRows);
    }
}
