package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.write.WriteBatch;
import java.util.Arrays;

/**
 * Turns the bytes of a remote write 2.0 request into the columns of a {@link WriteBatch}, without an object per series.
 *
 * <ol>
 *   <li>Walk over the request's fields, note where its symbols lie, and hash each once.
 *   <li>Per series, make a key of the hashes that its references lead to, and take its samples and metadata; everything
 *       else is read field by field.
 *   <li>Look the keys up in {@link KnownRefs}, which has fingerprints and placements: these series go on without labels.
 *   <li>Write the labels of the others canonically behind the body: each pair of references becomes the label field that
 *       1.0 would have sent, so that a series has one fingerprint whatever the version. A pair that occurred before in
 *       the request is copied in one piece. {@link BatchRows} looks whether they are canonical and good.
 *   <li>Where one of them is not, or labels are wanted of all, scan again, writing out the labels of every series.
 *   <li>Whatever is unusual — references behind samples, one by one or out of range, unknown fields, longer varints than
 *       needed, labels unsorted or empty — goes to {@link Series2Fields} as a whole.
 * </ol>
 *
 * What breaks the wire format refuses the request, what breaks a rule only its series or row. Used by one thread.
 *
 * @see <a href="https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/">remote write 2.0</a>
 */
final class RemoteWrite2Scanner {
    private static final byte LABELS_REFS = 0x0A;
    private static final byte START_TIMESTAMP = 0x18;
    private static final byte METADATA = 0x2A;
    /** The longest metadata message that is compared as one word. */
    private static final int SHORT_METADATA = 7;

    private final WriteBatch batch;
    private final BatchRows rows;
    private final MetadataRows metadata;
    private final SymbolTable symbols = new SymbolTable();
    private final RefsKey key = new RefsKey();
    private final Series2Fields fields;
    private final WireReader top = new WireReader();
    private final KnownRefs known;
    private final long maxLabelBytes;

    // By series of the batch: its key (the upper word 0 where it has its labels), and where its references lie.
    private long[] keyHi = new long[0];
    private long[] keyLo = new long[0];
    private int[] refsAt = new int[0];
    private int[] refsEnd = new int[0];
    /** Ordinals of series that are not known. */
    private int[] missed = new int[0];

    private int missedCount;

    /** Where the references of the series at hand begin. */
    private int handRefsAt;

    private WriteRules rules;
    private boolean withLabels;
    private int maxLabels;
    /** The body ends here in {@link WriteBatch#labels}. */
    private int bodyEnd;
    /** Where the next canonical labels go, behind the body. What was written there stays until the end of the request. */
    private int sideEnd;
    /** The metric's name of the series at hand, or {@link SymbolTable#NONE}. */
    private int metricRef;

    /**
     * @param batch what {@code rows} and {@code metadata} fill; bodies are put into its {@link WriteBatch#labels}
     * @param maxLabelBytes what the labels of a request may take when they are written out
     */
    RemoteWrite2Scanner(WriteBatch batch, BatchRows rows, MetadataRows metadata, KnownRefs known, long maxLabelBytes) {
        this.known = known;
        this.batch = batch;
        this.rows = rows;
        this.metadata = metadata;
        this.fields = new Series2Fields(symbols, rows);
        this.maxLabelBytes = maxLabelBytes;
    }

    /**
     * Scans the request in the first {@code length} bytes of {@link WriteBatch#labels}, which has room for
     * {@link Wire#SLACK} more.
     *
     * @param withLabels whether series that are known get labels too
     * @throws Failure {@link ErrorId#PROTOBUF_INVALID}, or {@link ErrorId#REQUEST_TOO_LARGE} where the labels are; the
     *     batch is then of no use
     */
    void scan(WriteRules rules, int length, boolean withLabels) {
        this.rules = rules;
        this.bodyEnd = length;
        this.withLabels = withLabels;
        this.missedCount = 0;
        int limit = rules.limits().maxLabelsPerSeries();
        this.maxLabels = limit == 0 ? Integer.MAX_VALUE : limit;
        scanBody(false);
        boolean good = withLabels ? rows.placeAll() : findAll();
        if (!good) {
            this.withLabels = true;
            this.missedCount = 0;
            scanBody(true);
        }
        if (sideEnd - bodyEnd - Wire.SLACK > maxLabelBytes) {
            throw tooLong();
        }
        fields.trim();
    }

    private void scanBody(boolean careful) {
        this.sideEnd = bodyEnd + Wire.SLACK;
        rows.begin(rules, careful);
        metadata.begin(rules);
        readSymbols();
        top.on(batch.labels, 0, bodyEnd);
        while (top.nextField()) {
            if (top.field == 5) {
                top.expect(Wire.LENGTH_DELIMITED, "timeseries");
                int seriesEnd = top.length() + top.at;
                series(top.at, seriesEnd);
                top.at = seriesEnd;
            } else {
                top.skip();
            }
        }
        rows.end();
    }

    /** Finds the fingerprints of all series; false where one of them may not stay. */
    private boolean findAll() {
        int count = batch.seriesCount;
        if (missed.length < count) {
            missed = new int[batch.placement.length];
        }
        missedCount =
                known.find(keyHi, keyLo, count, batch.fingerprintHi, batch.fingerprintLo, batch.placement, missed);
        for (int k = 0; k < missedCount; k++) {
            int i = missed[k];
            int labelsStart = sideEnd;
            writeLabels(refsAt[i], refsEnd[i]);
            rows.label(i, labelsStart, sideEnd);
            if (!rows.place(i)) {
                return false;
            }
        }
        return true;
    }

    /** Series that were not known, to be remembered when they are stored. */
    NewRefs newRefs() {
        return NewRefs.of(batch, keyHi, keyLo, missed, missedCount);
    }

    private void readSymbols() {
        symbols.begin(bodyEnd);
        top.on(batch.labels, 0, bodyEnd);
        while (top.nextField()) {
            if (top.field == 4) {
                top.expect(Wire.LENGTH_DELIMITED, "symbol");
                int lengthAt = top.at;
                int length = top.length();
                int at = top.at;
                top.at += length;
                symbols.add(batch.labels, at - lengthAt == Wire.varintSize(length) ? at : moved(at, length), length);
            } else {
                top.skip();
            }
        }
        symbols.finish(batch.labels, rules.hash());
        key.begin(symbols, maxLabels);
    }

    /** Copies a symbol whose length is not written as usual, so that it is; returns where. */
    private int moved(int at, int length) {
        room(length + 5L);
        int to = Wire.putVarint(batch.labels, sideEnd, length);
        System.arraycopy(batch.labels, at, batch.labels, to, length);
        sideEnd = to + length;
        return to;
    }

    private void series(int start, int end) {
        rows.beginSeries();
        int at = refs(start, end);
        if (at < 0 || !rows(at, end)) {
            rows.takeBack();
            unusualSeries(start, end);
            return;
        }
        if (rows.seriesIsEmpty()) {
            return; // labels without a sample say nothing
        }
        int series = batch.seriesCount;
        if (series >= keyHi.length) {
            growKeys(series);
        }
        if (!withLabels && rows.endSeriesWithoutLabels()) {
            long hi = key.hi();
            keyHi[series] = hi == rules.knownSalt() ? 1 : hi ^ rules.knownSalt();
            keyLo[series] = key.lo();
            refsAt[series] = handRefsAt;
            refsEnd[series] = at;
            return;
        }
        keyHi[series] = 0;
        int labelsStart = sideEnd;
        writeLabels(handRefsAt, at);
        if (!rows.endSeries(labelsStart, sideEnd)) {
            rows.takeBack();
            unusualSeries(start, end);
        }
    }

    private void growKeys(int series) {
        int capacity = Math.max(1024, 2 * series);
        keyHi = Arrays.copyOf(keyHi, capacity);
        keyLo = Arrays.copyOf(keyLo, capacity);
        refsAt = Arrays.copyOf(refsAt, capacity);
        refsEnd = Arrays.copyOf(refsEnd, capacity);
    }

    /** Makes a key of the references to labels; where they end, or −1 where they are not encoded as usual. */
    private int refs(int start, int end) {
        byte[] bytes = batch.labels;
        metricRef = SymbolTable.NONE;
        if (start == end || bytes[start] != LABELS_REFS) {
            return -1;
        }
        int at = start + 2;
        int length = bytes[start + 1];
        if (length < 0) {
            int second = bytes[at++];
            if (second <= 0) {
                return -1;
            }
            length = length & 0x7F | second << 7;
        }
        handRefsAt = at;
        int last = at + length;
        if (last > end) {
            return -1;
        }
        if (!key.of(bytes, at, last)) {
            return -1;
        }
        metricRef = key.metricRef();
        return last;
    }

    /** Writes the labels that the references {@code [from .. to)} stand for, which were looked at, behind the body. */
    private void writeLabels(int from, int to) {
        int at = from;
        while (at < to) {
            int name = refAt(at);
            at += refLength(at);
            int value = refAt(at);
            at += refLength(at);
            int written = symbols.label(name, value);
            byte[] bytes = batch.labels;
            if (written >= 0 && sideEnd + SymbolTable.SHORT_LABEL + Wire.SLACK <= bytes.length) {
                int labelLength = 2 + bytes[written + 1];
                Wire.copy(bytes, written, sideEnd, labelLength);
                sideEnd += labelLength;
            } else {
                room(symbols.labelBytes(name, value));
                sideEnd = symbols.write(name, value, batch.labels, sideEnd);
            }
        }
    }

    private int refAt(int at) {
        return (int) Wire.varint(Wire.longAt(batch.labels, at));
    }

    private int refLength(int at) {
        return Wire.varintLength(Wire.longAt(batch.labels, at));
    }

    /** Makes room for so many bytes behind {@link #sideEnd}, and for some to spare. */
    private void room(long bytes) {
        long needed = sideEnd + bytes + Wire.SLACK;
        if (needed <= batch.labels.length) {
            return;
        }
        long most = Math.min(bodyEnd + maxLabelBytes + 2L * Wire.SLACK, Integer.MAX_VALUE - 8);
        if (needed > most) {
            throw tooLong();
        }
        batch.labels = Arrays.copyOf(batch.labels, (int) Math.min(most, Math.max(needed, 2L * batch.labels.length)));
    }

    private Failure tooLong() {
        return new Failure(
                ErrorId.REQUEST_TOO_LARGE,
                "the labels that the request's references stand for have more than " + maxLabelBytes
                        + " bytes (distributor.max-recv-msg-size)");
    }

    /** Takes what follows the labels; false where it is not encoded as usual, or more labels stand between. */
    private boolean rows(int from, int end) {
        byte[] bytes = batch.labels;
        int at = rows.usualSamples(bytes, from, end, START_TIMESTAMP);
        if (at == end) {
            return true;
        }
        if (at < 0) {
            return false;
        }
        if (bytes[at] == METADATA) {
            int length = bytes[at + 1];
            if (at + 2 + length == end && (length == 0 || sawMetadata(at + 2, length))) {
                return true;
            }
        }
        fields.read(bytes, at, end);
        if (fields.refCount > 0) {
            return false;
        }
        takeMetadata();
        return true;
    }

    /** Whether this metadata of the series' metric came before in the request, byte by byte. */
    private boolean sawMetadata(int at, int length) {
        if (metricRef == SymbolTable.NONE || length < 0 || length > SHORT_METADATA) {
            return false;
        }
        long message = Wire.longAt(batch.labels, at) & (-1L >>> (64 - 8 * length)) | (long) length << 56;
        return symbols.sawMetadata(metricRef, message);
    }

    private void takeMetadata() {
        if (!fields.hasMetadata || metricRef == SymbolTable.NONE) {
            return;
        }
        if (!symbols.has(fields.helpRef) || !symbols.has(fields.unitRef)) {
            return; // what it refers to is not there: the samples are worth more
        }
        metadata.takeOfSeries(
                batch.labels,
                fields.type,
                symbols.at(metricRef),
                symbols.length(metricRef),
                symbols.at(fields.helpRef),
                symbols.length(fields.helpRef),
                symbols.at(fields.unitRef),
                symbols.length(fields.unitRef));
    }

    /** Lets go of arrays that grew beyond what is usual. */
    void trim(int keptRows) {
        if (keyHi.length > keptRows) {
            keyHi = new long[0];
            keyLo = new long[0];
            refsAt = new int[0];
            refsEnd = new int[0];
            missed = new int[0];
        }
    }

    /** Takes a series that is legal and encoded unusually, or whose references are wrong. */
    private void unusualSeries(int start, int end) {
        fields.read(batch.labels, start, end);
        metricRef = fields.metricRef();
        takeMetadata();
        if (rows.seriesIsEmpty()) {
            return;
        }
        boolean valid = fields.gatherLabels(batch.labels);
        LabelList labels = fields.labels;
        room(labels.canonicalBytes(maxLabels));
        int series = batch.seriesCount;
        if (series >= keyHi.length) {
            growKeys(series);
        }
        keyHi[series] = 0;
        int labelsStart = sideEnd;
        sideEnd = labels.write(batch.labels, labelsStart, maxLabels);
        ErrorId problem = valid ? labels.problem : ErrorId.SYMBOL_REF_INVALID;
        rows.endCanonicalSeries(labelsStart, sideEnd, problem, labels.count());
    }
}
