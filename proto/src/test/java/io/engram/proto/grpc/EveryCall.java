package io.engram.proto.grpc;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.labels.Matcher;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.LabelsBatch;
import io.engram.model.read.SeriesTable;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.Cardinality;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import io.engram.proto.SelectCursor;
import io.engram.proto.SelectExemplars;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Every call that instances make, once and in one order, with small answers: what it brings, as lines of text to compare.
 * The same calls with the same values for ever: they are kept as the first release made them.
 */
final class EveryCall {
    private static final TenantId TENANT = new TenantId("tenant");
    private static final long TIME_MS = 1_700_000_000_000L;
    private static final BlockId OTHER_BLOCK = BlockId.of(1_600_000_000_000L, 3, 4);
    private static final Select.Query QUERY = new Select.Query(
            TENANT,
            List.of(
                    Matcher.equal("__name__", "up"),
                    new Matcher(Matcher.Type.NOT_EQUAL, "a", ""),
                    new Matcher(Matcher.Type.REGEX, "b", "x.*"),
                    new Matcher(Matcher.Type.NOT_REGEX, "c", "ü|y")),
            -5,
            TIME_MS);
    private static final SelectBlocks.Query BLOCKS_QUERY =
            new SelectBlocks.Query(QUERY, List.of(FakeIngester.BLOCK, OTHER_BLOCK));

    private final List<String> lines = new ArrayList<>();

    private EveryCall() {}

    /** An ingester that answers little. */
    static FakeIngester ingester() {
        FakeIngester ingester = new FakeIngester();
        ingester.valueCount = 3;
        ingester.exemplarSeries = 2;
        ingester.listedSeries = 2;
        ingester.cursors = _ -> new FakeCursor(6, 10, Set.of());
        return ingester;
    }

    /** A store-gateway of the same kind. */
    static SelectBlocks blocks() {
        return new SelectBlocks() {
            @Override
            public Cursor select(Query query) {
                return new FakeCursor(4, 10, Set.of(FakeIngester.BLOCK));
            }

            @Override
            public Strings labelNames(Query query) {
                return new Strings(Set.copyOf(query.blocks()), List.of("a", "b"));
            }

            @Override
            public Strings labelValues(String name, Query query) {
                return new Strings(Set.of(), List.of(name));
            }
        };
    }

    /** Makes all of them. */
    static List<String> make(IngesterClient ingester, StoreGatewayClient gateway) throws InterruptedException {
        EveryCall calls = new EveryCall();
        calls.pushes(ingester);
        try (SelectCursor cursor = ingester.select(QUERY)) {
            calls.cursor(cursor);
            calls.add("activity", cursor.activity());
        }
        calls.reads(ingester);
        calls.counts(ingester.cardinality());
        try (SelectBlocks.Cursor cursor = gateway.select(BLOCKS_QUERY)) {
            calls.cursor(cursor);
            calls.add("blocks", cursor.blocks());
        }
        calls.add("names in blocks", gateway.labelNames(BLOCKS_QUERY));
        calls.add("values in blocks", gateway.labelValues("job", BLOCKS_QUERY));
        return calls.lines;
    }

    private void add(String what, Object value) {
        lines.add(what + ": " + value);
    }

    /** With labels, then without; and of a series that is not known, without labels. */
    private void pushes(IngesterClient ingester) throws InterruptedException {
        push(ingester, RandomBatches.scrape(TENANT, 0, 3, TIME_MS));
        push(ingester, RandomBatches.scrape(TENANT, 0, 3, TIME_MS + 15_000));
        WriteBatch unknown = RandomBatches.scrape(TENANT, 7, 2, TIME_MS);
        Arrays.fill(unknown.labelLength, 0);
        push(ingester, unknown);
    }

    private void push(IngesterClient ingester, WriteBatch batch) throws InterruptedException {
        WriteOutcome outcome = ingester.push(batch).await();
        List<SampleStatus> rows = new ArrayList<>();
        for (int row = 0; row < batch.rowCount(); row++) {
            rows.add(outcome.refused() == 0 ? SampleStatus.STORED : outcome.of(row));
        }
        add("push", rows);
    }

    private void cursor(SelectCursor cursor) {
        SeriesTable table = cursor.series();
        int[] ordinals = new int[table.size()];
        for (int i = 0; i < table.size(); i++) {
            ordinals[i] = table.size() - 1 - i;
            add(
                    "series",
                    List.of(
                            table.labels(i),
                            table.fingerprintHi()[i],
                            table.fingerprintLo()[i],
                            table.minTimeMs()[i],
                            table.maxTimeMs()[i],
                            table.chunkCount()[i]));
        }
        ChunkBatch chunks = new ChunkBatch();
        cursor.fetch(ordinals, 0, ordinals.length, chunks);
        add("chunks of series", Arrays.toString(Arrays.copyOf(chunks.firstChunk, chunks.seriesCount + 1)));
        for (int i = 0; i < chunks.chunkCount; i++) {
            byte[] data = Arrays.copyOfRange(chunks.data, chunks.offset[i], chunks.offset[i] + chunks.length[i]);
            add("chunk", List.of(chunks.encoding[i], chunks.minTimeMs[i], chunks.maxTimeMs[i], Arrays.toString(data)));
        }
    }

    private void reads(IngesterClient ingester) {
        add("names", ingester.labelNames(QUERY));
        add("values", ingester.labelValues("job", QUERY));
        add(
                "exemplars",
                ingester.selectExemplars(new SelectExemplars.Query(
                        TENANT, List.of(List.of(Matcher.equal("a", "b"), Matcher.equal("c", "d"))), -5, 7)));
        add("metadata", ingester.metadata(TENANT, "up"));
        add("usage", ingester.usage(TENANT));
        add("series of metric", ingester.seriesOfMetric(TENANT, "12345"));
        add("held", ingester.held(TENANT));
    }

    private void counts(Cardinality cardinality) {
        Cardinality.Query query = new Cardinality.Query(
                TENANT, List.of(Matcher.equal("a", "b")), Cardinality.Which.ACTIVE, List.of("replica"));
        add("count", cardinality.series(query));
        add("count of names", cardinality.names(query, 5));
        add("count of values", cardinality.values(List.of("x", "y"), query, 6));
        add("count of the head", cardinality.head(TENANT, 7));
        try (Cardinality.SeriesLabels series = cardinality.labels(query)) {
            LabelsBatch batch = new LabelsBatch();
            while (series.next(batch, 1 << 20)) {
                for (int i = 0; i < batch.count(); i++) {
                    batch.forEachLabel(
                            i,
                            (bytes, nameFrom, nameLength, valueFrom, valueLength) ->
                                    add("label", new String(bytes, valueFrom, valueLength, StandardCharsets.UTF_8)));
                }
            }
        }
    }
}
