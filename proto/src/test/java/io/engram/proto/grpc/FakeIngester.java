package io.engram.proto.grpc;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.cardinality.Count;
import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.cardinality.NamesCardinality;
import io.engram.model.cardinality.ValuesCardinality;
import io.engram.model.labels.Labels;
import io.engram.model.limits.TenantUsage;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.metadata.MetricType;
import io.engram.model.read.Exemplar;
import io.engram.model.read.LabelsBatch;
import io.engram.model.read.SeriesExemplars;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.Cardinality;
import io.engram.proto.HeldBlocks;
import io.engram.proto.MetadataSource;
import io.engram.proto.PendingPush;
import io.engram.proto.Push;
import io.engram.proto.Select;
import io.engram.proto.SelectCursor;
import io.engram.proto.SelectExemplars;
import io.engram.proto.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/** Holds samples by fingerprint, and answers as a head does; knows a series only once it came with labels. */
final class FakeIngester implements Push, Select, SelectExemplars, MetadataSource, Usage, HeldBlocks, Cardinality {
    record Fingerprint(long hi, long lo) {}

    record Sample(long timestampMs, long valueBits) {}

    static final BlockId BLOCK = BlockId.of(1_700_000_000_000L, 1, 2);

    /** Labels as bytes. */
    final Map<Fingerprint, String> labels = new HashMap<>(); // guarded by this

    final Map<Fingerprint, Integer> placements = new HashMap<>(); // guarded by this
    final Map<Fingerprint, List<Sample>> samples = new HashMap<>(); // guarded by this
    /** Of each push, how many series came with labels. */
    final List<Integer> labelled = new ArrayList<>(); // guarded by this
    /** Each batch, as bytes. */
    final List<byte[]> pushed = new ArrayList<>(); // guarded by this

    /** How many values a label has, and how many series have exemplars or are listed. */
    volatile int valueCount = 100_000;

    volatile int exemplarSeries = 2_000;
    volatile int listedSeries = 20_000;

    volatile CountDownLatch durable = new CountDownLatch(0);
    volatile RuntimeException refusal;
    volatile Function<Select.Query, SelectCursor> cursors;
    volatile Select.Query lastQuery;
    volatile Cardinality.Query lastCount;

    IngesterService service() {
        return new IngesterService(this, this, this, this, this, this, () -> this);
    }

    @Override
    public PendingPush push(WriteBatch batch) {
        if (refusal != null) {
            throw refusal;
        }
        WriteOutcome outcome = append(batch);
        CountDownLatch wait = durable;
        return () -> {
            wait.await();
            return outcome;
        };
    }

    private synchronized WriteOutcome append(WriteBatch batch) {
        pushed.add(FrameEncoder.encode(batch, LabelledSeries.all(batch)));
        WriteOutcome outcome = new WriteOutcome(batch.rowCount());
        int withLabels = 0;
        boolean[] unknown = new boolean[batch.seriesCount];
        for (int i = 0; i < batch.seriesCount; i++) {
            Fingerprint fingerprint = new Fingerprint(batch.fingerprintHi[i], batch.fingerprintLo[i]);
            if (batch.labelLength[i] > 0) {
                withLabels++;
                int from = batch.labelOffset[i];
                labels.put(
                        fingerprint,
                        Arrays.toString(Arrays.copyOfRange(batch.labels, from, from + batch.labelLength[i])));
                placements.put(fingerprint, batch.placement[i]);
            }
            unknown[i] = !labels.containsKey(fingerprint);
            for (int sample = batch.firstSample[i]; sample < batch.firstSample[i + 1]; sample++) {
                if (!unknown[i]) {
                    samples.computeIfAbsent(fingerprint, _ -> new ArrayList<>())
                            .add(new Sample(batch.timestampMs[sample], batch.valueBits[sample]));
                }
            }
        }
        for (int row = 0; row < batch.rowCount(); row++) {
            int series = batch.seriesOf(row, 0);
            if (unknown[series]) {
                outcome.set(row, SampleStatus.UNKNOWN_SERIES, 0);
            }
        }
        labelled.add(withLabels);
        return outcome.refused() == 0 ? WriteOutcome.ALL_STORED : outcome;
    }

    synchronized void forget() {
        labels.clear();
    }

    @Override
    public SelectCursor select(Select.Query query) {
        lastQuery = query;
        return cursors.apply(query);
    }

    @Override
    public List<String> labelNames(Select.Query query) {
        lastQuery = query;
        return List.of("__name__", "job");
    }

    @Override
    public List<String> labelValues(String name, Select.Query query) {
        lastQuery = query;
        List<String> values = new ArrayList<>();
        for (int i = 0; i < valueCount; i++) { // more than one piece
            values.add(name + "-" + i);
        }
        return values;
    }

    @Override
    public List<SeriesExemplars> selectExemplars(SelectExemplars.Query query) {
        List<SeriesExemplars> all = new ArrayList<>();
        for (int i = 0; i < exemplarSeries; i++) {
            all.add(new SeriesExemplars(
                    Labels.of("selectors", query.selectors().toString(), "series", "" + i),
                    List.of(new Exemplar(query.minTimeMs(), i / 3.0, Labels.of("trace_id", "" + i)))));
        }
        return all;
    }

    @Override
    public List<MetricMetadata> metadata(TenantId tenant, String metric) {
        return List.of(
                new MetricMetadata(metric, MetricType.STATESET, "help of " + tenant, "seconds"),
                new MetricMetadata(metric, MetricType.COUNTER, "", ""));
    }

    @Override
    public TenantUsage usage(TenantId tenant) {
        return new TenantUsage(1, List.of(2, 3), tenant.value(), 4, 5, 6, 7, 8);
    }

    @Override
    public long seriesOfMetric(TenantId tenant, String metric) {
        return metric.length();
    }

    @Override
    public Set<BlockId> held(TenantId tenant) {
        return Set.of(BLOCK);
    }

    @Override
    public long series(Cardinality.Query query) {
        lastCount = query;
        return 1L << 40;
    }

    @Override
    public NamesCardinality names(Cardinality.Query query, int limit) {
        return new NamesCardinality(3, 4, List.of(new Count("job", limit)));
    }

    @Override
    public List<ValuesCardinality> values(List<String> names, Cardinality.Query query, int limit) {
        return names.stream()
                .map(name -> new ValuesCardinality(name, 1, 2, List.of(new Count("v", limit))))
                .toList();
    }

    @Override
    public HeadCardinality head(TenantId tenant, int limit) {
        return new HeadCardinality(
                1,
                2,
                3,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                List.of(new Count("a", 1)),
                List.of(new Count("b", 2)),
                List.of(new Count("c", 3)),
                List.of(new Count("d=e", limit)));
    }

    /** {@link #listedSeries}: {@code __name__="s0"}, … */
    @Override
    public Cardinality.SeriesLabels labels(Cardinality.Query query) {
        return new Cardinality.SeriesLabels() {
            private int next;

            @Override
            public boolean next(LabelsBatch into, int bytes) {
                into.clear();
                while (next < listedSeries && into.sizeBytes() < bytes) {
                    WriteBatch one = RandomBatches.scrape(query.tenant(), next++, 1, 0);
                    into.addSeries(one.labels, 0, one.labels.length);
                }
                return into.count() > 0;
            }

            @Override
            public void close() {}
        };
    }
}
