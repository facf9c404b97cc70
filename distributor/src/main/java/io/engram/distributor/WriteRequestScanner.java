package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.write.WriteBatch;
import java.util.Arrays;

/**
 * Turns the bytes of a remote write 1.0 request into the columns of a {@link WriteBatch}, without an object per series.
 *
 * <ol>
 *   <li>Per series, step over the label fields by their tags and lengths, then take the samples. The bytes of the labels
 *       stay where they are: the batch points into the body.
 *   <li>Hash the label bytes. When all are hashed, look the fingerprints up: one that is {@link KnownSeries known}
 *       belongs to bytes that were found canonical and good before: done.
 *   <li>Of the others, look whether the bytes are canonical and keep the tenant's rules; remember the fingerprint if so.
 *       Where one of them does not, scan the request once more and carefully: series are then judged one by one.
 *   <li>Whatever is unusual — fields in another order, unknown ones, longer varints than needed, labels unsorted or
 *       empty — goes to {@link UnusualSeries}, which writes canonical bytes behind the body; then as above. So a
 *       fingerprint never depends on how the sender encodes.
 * </ol>
 *
 * What breaks the wire format refuses the request, what breaks a rule only its series or sample. Used by one thread.
 *
 * @see <a href="https://prometheus.io/docs/specs/prw/remote_write_spec/">remote write 1.0</a>
 */
final class WriteRequestScanner {
    private static final byte LABELS = 0x0A;
    private static final byte SAMPLES = 0x12;
    private static final byte VALUE = 0x09;
    private static final byte TIMESTAMP = 0x10;
    private static final long CONTINUED = 0x8080808080808080L;

    private final KnownSeries known;
    private final LabelCheck check = new LabelCheck();
    private final UnusualSeries unusual = new UnusualSeries();
    private final WireReader reader = new WireReader();
    private final WriteBatch batch;
    private final Refusals refusals;

    private WriteRules rules;
    private long minTimeMs;
    private long maxTimeMs;
    /** Whether series are judged one by one, because not all of the request are good. */
    private boolean careful;

    /** Ordinals of series that are not known. */
    private int[] missed = new int[0];

    /** The body ends here in {@link WriteBatch#labels}. */
    private int bodyEnd;
    /** Where the next canonical labels go, behind the body. */
    private int sideEnd;

    /** Samples of the series at hand that lie outside the time that is taken, and the first such time on each side. */
    private int early;

    private int late;
    private long firstEarlyMs;
    private long firstLateMs;

    /** Samples in the request, histograms included, refused ones too. */
    int received;

    int exemplars;
    int metadata;

    /** @param batch what to fill; bodies are put into its {@link WriteBatch#labels} */
    WriteRequestScanner(KnownSeries known, WriteBatch batch, Refusals refusals) {
        this.known = known;
        this.batch = batch;
        this.refusals = refusals;
    }

    /**
     * Scans the request in the first {@code length} bytes of {@link WriteBatch#labels}, which has room for
     * {@link Wire#SLACK} more.
     *
     * @throws io.engram.model.failure.Failure {@link ErrorId#PROTOBUF_INVALID}; the batch is then of no use
     */
    void scan(WriteRules rules, int length) {
        this.rules = rules;
        batch.tenant = rules.tenant();
        this.minTimeMs = rules.minTimeMs();
        this.maxTimeMs = rules.maxTimeMs();
        this.bodyEnd = length;
        this.careful = false;
        scanBody();
        if (!placeAll()) {
            this.careful = true;
            scanBody();
        }
    }

    private void scanBody() {
        this.sideEnd = bodyEnd + Wire.SLACK;
        this.received = 0;
        this.exemplars = 0;
        this.metadata = 0;
        batch.seriesCount = 0;
        batch.sampleCount = 0;
        refusals.clear();
        WireReader top = reader.on(batch.labels, 0, bodyEnd);
        while (top.nextField()) {
            switch (top.field) {
                case 1 -> {
                    top.expect(Wire.LENGTH_DELIMITED, "timeseries");
                    int seriesEnd = top.length() + top.at;
                    series(top.at, seriesEnd);
                    top.at = seriesEnd;
                }
                case 3 -> {
                    top.expect(Wire.LENGTH_DELIMITED, "metadata");
                    top.skip();
                    metadata++;
                }
                default -> top.skip();
            }
        }
        batch.firstSample[batch.seriesCount] = batch.sampleCount;
    }

    /** Places all series of the batch; false where one of them may not stay in it. */
    private boolean placeAll() {
        int count = batch.seriesCount;
        if (missed.length < count) {
            missed = new int[batch.placement.length];
        }
        long[] hi = batch.fingerprintHi;
        long[] lo = batch.fingerprintLo;
        int missedCount = known.placements(hi, lo, rules.knownSalt(), count, batch.placement, missed);
        for (int i = 0; i < missedCount; i++) {
            int series = missed[i];
            int start = batch.labelOffset[series];
            int end = start + batch.labelLength[series];
            long placement = known.placement(hi[series] ^ rules.knownSalt(), lo[series]);
            if (placement == KnownSeries.MISS) {
                if (!LabelCheck.canonical(batch.labels, start, end)
                        || check.problem(batch.labels, start, end, rules.limits()) != null) {
                    return false;
                }
                placement = place(start, end, hi[series], lo[series]);
            }
            batch.placement[series] = (int) placement;
        }
        return true;
    }

    /** Remembers a series that was found good. */
    private int place(int start, int end, long hi, long lo) {
        int placement = rules.replicas().placement(batch.labels, start, end, hi, rules.hash());
        known.add(hi ^ rules.knownSalt(), lo, placement);
        return placement;
    }

    private void series(int start, int end) {
        ensureSeries(batch.seriesCount);
        int firstSample = batch.sampleCount;
        int receivedBefore = received;
        early = 0;
        late = 0;
        int labelsEnd = labelsEnd(start, end);
        boolean usual = labelsEnd >= 0 && samples(labelsEnd, end);
        if (usual && received == receivedBefore) {
            return; // labels without a sample say nothing
        }
        if (usual && !careful && (early | late) == 0) {
            hash(start, labelsEnd);
            batch.firstSample[batch.seriesCount++] = firstSample;
            return;
        }
        if (!usual || !admit(start, labelsEnd, firstSample, 0)) {
            batch.sampleCount = firstSample;
            received = receivedBefore;
            early = 0;
            late = 0;
            unusualSeries(start, end, firstSample);
        }
    }

    private void ensureSeries(int series) {
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

    /** Steps over label fields; where they end, or −1 where they are not encoded as usual. */
    private int labelsEnd(int start, int end) {
        byte[] bytes = batch.labels;
        int at = start;
        while (at < end && bytes[at] == LABELS) {
            int length = bytes[at + 1];
            if (length >= 0) {
                at += 2 + length;
            } else {
                int second = bytes[at + 2];
                if (second <= 0) {
                    return -1;
                }
                at += 3 + (length & 0x7F | second << 7);
            }
        }
        return at <= end ? at : -1;
    }

    /** Takes the samples {@code [at .. end)}; false where they are not encoded as usual. */
    private boolean samples(int from, int end) {
        byte[] bytes = batch.labels;
        int at = from;
        while (at < end) {
            int length = bytes[at + 1];
            int next = at + 2 + length;
            if (bytes[at] != SAMPLES || length < 2 || next > end) {
                return false;
            }
            long valueBits = 0;
            int time = at + 2;
            if (bytes[time] == VALUE) {
                valueBits = Wire.longAt(bytes, time + 1);
                time += 9;
            }
            int varintLength = next - time - 1;
            if (bytes[time] != TIMESTAMP || varintLength < 1 || varintLength > 8) {
                return false;
            }
            // All bytes but the last say that more follow; their lower seven bits, put together, are the number.
            long mask = -1L >>> (64 - 8 * varintLength);
            long varint = Wire.longAt(bytes, time + 1) & mask;
            if ((varint & CONTINUED) != (CONTINUED & (mask >>> 8))) {
                return false;
            }
            sample(Long.compress(varint, ~CONTINUED), valueBits);
            at = next;
        }
        return true;
    }

    /** Takes a sample of the series at hand, or notes that its time is outside what is taken. */
    void sample(long timestampMs, long valueBits) {
        received++;
        if (timestampMs < minTimeMs) {
            firstEarlyMs = early++ == 0 ? timestampMs : firstEarlyMs;
            return;
        }
        if (timestampMs > maxTimeMs) {
            firstLateMs = late++ == 0 ? timestampMs : firstLateMs;
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
        batch.sampleCount = sample + 1;
    }

    /** Takes a series that is legal and encoded unusually: its labels are written anew, behind the body. */
    private void unusualSeries(int start, int end, int firstSample) {
        int receivedBefore = received;
        unusual.read(batch.labels, start, end, this);
        exemplars += unusual.exemplars;
        received += unusual.histograms;
        if (received == receivedBefore) {
            return;
        }
        // Canonical labels are never longer than what they are made from, so all of them fit behind one body.
        if (batch.labels.length < sideEnd + (end - start) + Wire.SLACK) {
            batch.labels = Arrays.copyOf(batch.labels, 2 * (bodyEnd + Wire.SLACK));
        }
        int labelsStart = sideEnd;
        sideEnd = unusual.writeLabels(batch.labels, labelsStart);
        ErrorId problem = unusual.problem;
        if (problem == null) {
            admit(labelsStart, sideEnd, firstSample, unusual.histograms);
        } else {
            refuseSeries(problem, labelsStart, sideEnd, firstSample, unusual.histograms);
        }
    }

    /**
     * Adds the series with the labels {@code [start .. end)} of the array and the samples from {@code firstSample} on,
     * or refuses it.
     *
     * @return false where the labels are not canonical and nothing was done
     */
    private boolean admit(int start, int end, int firstSample, int histograms) {
        byte[] bytes = batch.labels;
        int series = batch.seriesCount;
        hash(start, end);
        long hi = batch.fingerprintHi[series];
        long lo = batch.fingerprintLo[series];
        long placement = known.placement(hi ^ rules.knownSalt(), lo);
        if (placement == KnownSeries.MISS) {
            if (start < bodyEnd && !LabelCheck.canonical(bytes, start, end)) {
                return false;
            }
            ErrorId problem = check.problem(bytes, start, end, rules.limits());
            if (problem != null) {
                refuseSeries(problem, start, end, firstSample, histograms);
                return true;
            }
            placement = place(start, end, hi, lo);
        }
        batch.placement[series] = (int) placement;
        if ((early | late | histograms) != 0) {
            refuseSamples(start, end, histograms);
        }
        if (batch.sampleCount > firstSample) {
            batch.firstSample[series] = firstSample;
            batch.seriesCount = series + 1;
        }
        return true;
    }

    /** Sets the labels of the next series, and its fingerprint. */
    private void hash(int start, int end) {
        int series = batch.seriesCount;
        batch.labelOffset[series] = start;
        batch.labelLength[series] = end - start;
        rules.hash().fingerprint(batch.labels, start, end - start, batch.fingerprintHi, batch.fingerprintLo, series);
    }

    private void refuseSeries(ErrorId problem, int start, int end, int firstSample, int histograms) {
        String text = refusals.none() ? RefusalText.series(problem, rules, batch.labels, start, end, check) : null;
        refusals.add(problem, batch.sampleCount - firstSample + early + late + histograms, text);
        batch.sampleCount = firstSample;
    }

    private void refuseSamples(int start, int end, int histograms) {
        if (early > 0) {
            String text = refusals.none() ? RefusalText.early(rules, batch.labels, start, end, firstEarlyMs) : null;
            refusals.add(ErrorId.SAMPLE_IN_PAST, early, text);
        }
        if (late > 0) {
            String text = refusals.none() ? RefusalText.late(rules, batch.labels, start, end, firstLateMs) : null;
            refusals.add(ErrorId.SAMPLE_IN_FUTURE, late, text);
        }
        if (histograms > 0) {
            String text = refusals.none() ? RefusalText.histograms(rules, batch.labels, start, end) : null;
            refusals.add(ErrorId.HISTOGRAM_UNSUPPORTED, histograms, text);
        }
    }
}
