package io.engram.distributor;

import io.engram.model.write.WriteBatch;
import java.util.Arrays;

/**
 * Turns the bytes of a remote write 1.0 request into the columns of a {@link WriteBatch}, without an object per series.
 *
 * <ol>
 *   <li>Per series, step over the label fields by their tags and lengths, then take the samples. The bytes of the labels
 *       stay where they are: the batch points into the body.
 *   <li>What follows the samples (exemplars, native histograms) is read field by field.
 *   <li>{@link BatchRows} hashes the label bytes and looks whether they are known to be canonical and good.
 *   <li>Whatever is unusual — labels behind samples, unknown fields, longer varints than needed, labels unsorted or
 *       empty — goes to {@link Series1Fields} as a whole, and canonical label bytes are written behind the body. So a
 *       fingerprint never depends on how the sender encodes.
 * </ol>
 *
 * What breaks the wire format refuses the request, what breaks a rule only its series or row. Used by one thread.
 *
 * @see <a href="https://prometheus.io/docs/specs/prw/remote_write_spec/">remote write 1.0</a>
 */
final class RemoteWrite1Scanner {
    private final WriteBatch batch;
    private final BatchRows rows;
    private final MetadataRows metadata;
    private final Series1Fields fields;
    private final WireReader top = new WireReader();
    private final WireReader inner = new WireReader();

    private WriteRules rules;
    /** The body ends here in {@link WriteBatch#labels}. */
    private int bodyEnd;
    /** Where the next canonical labels go, behind the body. */
    private int sideEnd;

    /** @param batch what {@code rows} and {@code metadata} fill; bodies are put into its {@link WriteBatch#labels} */
    RemoteWrite1Scanner(WriteBatch batch, BatchRows rows, MetadataRows metadata) {
        this.batch = batch;
        this.rows = rows;
        this.metadata = metadata;
        this.fields = new Series1Fields(rows);
    }

    /**
     * Scans the request in the first {@code length} bytes of {@link WriteBatch#labels}, which has room for
     * {@link Wire#SLACK} more.
     *
     * @throws io.engram.model.failure.Failure {@link io.engram.model.failure.ErrorId#PROTOBUF_INVALID}; the batch is
     *     then of no use
     */
    void scan(WriteRules rules, int length) {
        this.rules = rules;
        this.bodyEnd = length;
        scanBody(false);
        if (!rows.placeAll()) {
            scanBody(true);
        }
    }

    private void scanBody(boolean careful) {
        this.sideEnd = bodyEnd + Wire.SLACK;
        rows.begin(rules, careful);
        metadata.begin(rules);
        top.on(batch.labels, 0, bodyEnd);
        while (top.nextField()) {
            switch (top.field) {
                case 1 -> {
                    top.expect(Wire.LENGTH_DELIMITED, "timeseries");
                    int seriesEnd = top.length() + top.at;
                    series(top.at, seriesEnd);
                    top.at = seriesEnd;
                }
                case 3 -> metadata(top.message("metadata", inner));
                default -> top.skip();
            }
        }
        rows.end();
    }

    private void series(int start, int end) {
        rows.beginSeries();
        int labelsEnd = labelsEnd(start, end);
        boolean usual = labelsEnd >= 0 && rows(labelsEnd, end);
        if (!usual || rows.seriesIsEmpty() || !rows.endSeries(start, labelsEnd)) {
            rows.takeBack();
            unusualSeries(start, end);
        }
    }

    /** Steps over label fields; where they end, or −1 where they are not encoded as usual. */
    private int labelsEnd(int start, int end) {
        byte[] bytes = batch.labels;
        int at = start;
        while (at < end && bytes[at] == Wire.LABELS) {
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

    /** Takes the rows {@code [from .. end)}; false where they are not encoded as usual, or labels stand between. */
    private boolean rows(int from, int end) {
        int at = rows.usualSamples(batch.labels, from, end, 0);
        if (at == end) {
            return true;
        }
        if (at < 0) {
            return false;
        }
        fields.read(batch.labels, at, end);
        return fields.labels.count() == 0;
    }

    /** Takes a series that is legal and encoded unusually: its labels are written anew, behind the body. */
    private void unusualSeries(int start, int end) {
        fields.read(batch.labels, start, end);
        if (rows.seriesIsEmpty()) {
            return; // labels without a sample say nothing
        }
        // Canonical labels are never longer than what they are made from, so all of them fit behind one body.
        if (batch.labels.length < sideEnd + (end - start) + Wire.SLACK) {
            batch.labels = Arrays.copyOf(batch.labels, 2 * (bodyEnd + Wire.SLACK));
        }
        int labelsStart = sideEnd;
        int limit = rules.limits().maxLabelsPerSeries();
        LabelList labels = fields.labels;
        sideEnd = labels.write(batch.labels, labelsStart, limit == 0 ? Integer.MAX_VALUE : limit);
        rows.endCanonicalSeries(labelsStart, sideEnd, labels.problem, labels.count());
    }

    private void metadata(WireReader message) {
        int type = 0;
        int metricAt = 0;
        int metricLength = 0;
        int helpAt = 0;
        int helpLength = 0;
        int unitAt = 0;
        int unitLength = 0;
        while (message.nextField()) {
            switch (message.field) {
                case 1 -> type = (int) message.varint("metadata type");
                case 2 -> {
                    metricLength = message.bytes("metric family name");
                    metricAt = message.at - metricLength;
                }
                case 4 -> {
                    helpLength = message.bytes("help");
                    helpAt = message.at - helpLength;
                }
                case 5 -> {
                    unitLength = message.bytes("unit");
                    unitAt = message.at - unitLength;
                }
                default -> message.skip();
            }
        }
        metadata.take(batch.labels, type, metricAt, metricLength, helpAt, helpLength, unitAt, unitLength);
    }
}
