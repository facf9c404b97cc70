package io.engram.distributor;

import java.util.Arrays;

/**
 * Reads fields of a {@code TimeSeries} message of remote write 2.0 in any legal encoding: of a field that occurs twice
 * the last counts, unknown ones are passed over. Rows go to the batch, references to labels are gathered. Used by one
 * thread.
 */
final class Series2Fields {
    private final WireReader fields = new WireReader();
    private final WireReader inner = new WireReader();
    private final HistogramReader histogram = new HistogramReader();
    private final LabelList exemplarLabels = new LabelList();
    private final SymbolTable symbols;
    private final BatchRows rows;

    private int[] refs = new int[64];
    private int exemplarRefCount;
    private int[] exemplarRefs = new int[16];

    /** What {@link #gatherLabels} found. */
    final LabelList labels = new LabelList();

    /** References to labels that the last {@link #read} found: names and values in turn. */
    int refCount;

    /** Whether there was metadata, and what it said. */
    boolean hasMetadata;

    int type;
    int helpRef;
    int unitRef;

    Series2Fields(SymbolTable symbols, BatchRows rows) {
        this.symbols = symbols;
        this.rows = rows;
    }

    /**
     * Reads the fields {@code bytes[start .. end)}.
     *
     * @throws io.engram.model.failure.Failure {@link io.engram.model.failure.ErrorId#PROTOBUF_INVALID}
     */
    void read(byte[] bytes, int start, int end) {
        refCount = 0;
        hasMetadata = false;
        type = 0;
        helpRef = 0;
        unitRef = 0;
        long createdMs = 0;
        fields.on(bytes, start, end);
        while (fields.nextField()) {
            switch (fields.field) {
                case 1 -> labelRefs();
                case 2 -> sample(fields.message("sample", inner));
                case 3 -> rows.histogram(histogram.read(fields.message("histogram", inner)));
                case 4 -> exemplar(bytes, fields.message("exemplar", inner));
                case 5 -> metadata(fields.message("metadata", inner));
                case 6 -> createdMs = fields.varint("created timestamp");
                default -> fields.skip();
            }
        }
        if (createdMs != 0) {
            rows.startWhereUnset(createdMs);
        }
    }

    private void labelRefs() {
        fields.repeatedVarints("label references");
        while (fields.nextRepeated()) {
            if (refCount == refs.length) {
                refs = Arrays.copyOf(refs, 2 * refCount);
            }
            refs[refCount++] = (int) fields.varint();
        }
    }

    private void sample(WireReader sample) {
        long valueBits = 0;
        long timestampMs = 0;
        long startMs = 0;
        while (sample.nextField()) {
            switch (sample.field) {
                case 1 -> valueBits = sample.fixed64("sample value");
                case 2 -> timestampMs = sample.varint("sample timestamp");
                case 3 -> startMs = sample.varint("sample start timestamp");
                default -> sample.skip();
            }
        }
        rows.sample(timestampMs, valueBits, startMs);
    }

    private void exemplar(byte[] bytes, WireReader exemplar) {
        long valueBits = 0;
        long timestampMs = 0;
        exemplarRefCount = 0;
        while (exemplar.nextField()) {
            switch (exemplar.field) {
                case 1 -> exemplarRefs(exemplar);
                case 2 -> valueBits = exemplar.fixed64("exemplar value");
                case 3 -> timestampMs = exemplar.varint("exemplar timestamp");
                default -> exemplar.skip();
            }
        }
        exemplarLabels.begin(bytes);
        boolean valid = symbols.gather(exemplarRefs, exemplarRefCount, exemplarLabels);
        rows.exemplar(timestampMs, valueBits, valid ? exemplarLabels : null);
    }

    private void exemplarRefs(WireReader exemplar) {
        exemplar.repeatedVarints("label references");
        while (exemplar.nextRepeated()) {
            if (exemplarRefCount == exemplarRefs.length) {
                exemplarRefs = Arrays.copyOf(exemplarRefs, 2 * exemplarRefCount);
            }
            exemplarRefs[exemplarRefCount++] = (int) exemplar.varint();
        }
    }

    private void metadata(WireReader metadata) {
        hasMetadata = true;
        while (metadata.nextField()) {
            switch (metadata.field) {
                case 1 -> type = (int) metadata.varint("metadata type");
                case 3 -> helpRef = (int) metadata.varint("metadata help");
                case 4 -> unitRef = (int) metadata.varint("metadata unit");
                default -> metadata.skip();
            }
        }
    }

    /**
     * Puts the labels that were read into {@link #labels}.
     *
     * @return false where a reference names no symbol, or a name has no value
     */
    boolean gatherLabels(byte[] bytes) {
        labels.begin(bytes);
        return symbols.gather(refs, refCount, labels);
    }

    /** The symbol that is the metric's name, or -1. */
    int metricRef() {
        for (int i = 0; i + 1 < refCount; i += 2) {
            if (refs[i] == symbols.metricNameRef() && symbols.has(refs[i + 1])) {
                return refs[i + 1];
            }
        }
        return -1;
    }

    /** Lets go of arrays that grew beyond what is usual. */
    void trim() {
        if (refs.length > 4096) {
            refs = new int[64];
        }
        if (exemplarRefs.length > 4096) {
            exemplarRefs = new int[16];
        }
    }
}
