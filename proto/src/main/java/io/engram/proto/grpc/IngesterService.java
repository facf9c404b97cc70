package io.engram.proto.grpc;

import io.engram.model.TenantId;
import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.cardinality.NamesCardinality;
import io.engram.model.cardinality.ValuesCardinality;
import io.engram.model.limits.TenantUsage;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.read.Exemplar;
import io.engram.model.read.LabelsBatch;
import io.engram.model.read.SeriesExemplars;
import io.engram.proto.Cardinality;
import io.engram.proto.HeldBlocks;
import io.engram.proto.MetadataSource;
import io.engram.proto.Push;
import io.engram.proto.Select;
import io.engram.proto.SelectExemplars;
import io.engram.proto.Usage;
import io.engram.proto.cluster.v1.CardinalityRequest;
import io.engram.proto.cluster.v1.CountHeadResponse;
import io.engram.proto.cluster.v1.CountNamesResponse;
import io.engram.proto.cluster.v1.CountSeriesResponse;
import io.engram.proto.cluster.v1.CountValuesResponse;
import io.engram.proto.cluster.v1.ExemplarsRequest;
import io.engram.proto.cluster.v1.ExemplarsResponse;
import io.engram.proto.cluster.v1.HeldBlocksResponse;
import io.engram.proto.cluster.v1.MetadataRequest;
import io.engram.proto.cluster.v1.MetadataResponse;
import io.engram.proto.cluster.v1.SeriesLabelsResponse;
import io.engram.proto.cluster.v1.SeriesOfMetricResponse;
import io.engram.proto.cluster.v1.UsageResponse;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.function.Supplier;

/** An ingester behind gRPC: answers {@link IngesterClient}. Close it when the server has stopped. */
public final class IngesterService implements BindableService, AutoCloseable {
    /** What is gathered before it is sent, about. */
    static final int PIECE_BYTES = 256 << 10;

    private final PushMethod push;
    private final Select select;
    private final SelectExemplars exemplars;
    private final MetadataSource metadata;
    private final Usage usage;
    private final HeldBlocks held;
    private final Supplier<Cardinality> cardinality;
    private final PushThreads threads = new PushThreads(2 * Runtime.getRuntime().availableProcessors());

    /** Frames that wait to be appended may take an eighth of the heap together. */
    public IngesterService(
            Push push,
            Select select,
            SelectExemplars exemplars,
            MetadataSource metadata,
            Usage usage,
            HeldBlocks held,
            Supplier<Cardinality> cardinality) {
        this.push = new PushMethod(push, threads, Runtime.getRuntime().maxMemory() / 8);
        this.select = select;
        this.exemplars = exemplars;
        this.metadata = metadata;
        this.usage = usage;
        this.held = held;
        this.cardinality = cardinality;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder(Methods.INGESTER)
                .addMethod(Methods.PUSH, push)
                .addMethod(
                        Methods.select(Methods.INGESTER),
                        new SelectMethod<>(query -> select.select(Messages.select(query)), _ -> List.of()))
                .addMethod(
                        Methods.labelNames(Methods.INGESTER),
                        new AnswerMethod<>((request, out) -> LabelAnswers.send(
                                List.of(), select.labelNames(Messages.select(request.getQuery())), out)))
                .addMethod(
                        Methods.labelValues(Methods.INGESTER),
                        new AnswerMethod<>((request, out) -> LabelAnswers.send(
                                List.of(),
                                select.labelValues(request.getName(), Messages.select(request.getQuery())),
                                out)))
                .addMethod(Methods.EXEMPLARS, new AnswerMethod<>(this::exemplars))
                .addMethod(Methods.METADATA, new AnswerMethod<>(this::metadata))
                .addMethod(
                        Methods.USAGE,
                        new AnswerMethod<>(
                                (request, out) -> out.send(usage(usage.usage(new TenantId(request.getTenant()))))))
                .addMethod(
                        Methods.SERIES_OF_METRIC,
                        new AnswerMethod<>((request, out) -> out.send(SeriesOfMetricResponse.newBuilder()
                                .setSeries(usage.seriesOfMetric(new TenantId(request.getTenant()), request.getMetric()))
                                .build())))
                .addMethod(
                        Methods.HELD_BLOCKS,
                        new AnswerMethod<>((request, out) -> out.send(HeldBlocksResponse.newBuilder()
                                .addAllBlocks(Messages.blockNames(held.held(new TenantId(request.getTenant()))))
                                .build())))
                .addMethod(
                        Methods.COUNT_SERIES,
                        new AnswerMethod<>((request, out) -> out.send(CountSeriesResponse.newBuilder()
                                .setSeries(cardinality.get().series(query(request)))
                                .build())))
                .addMethod(Methods.COUNT_NAMES, new AnswerMethod<>(this::countNames))
                .addMethod(Methods.COUNT_VALUES, new AnswerMethod<>(this::countValues))
                .addMethod(Methods.COUNT_HEAD, new AnswerMethod<>(this::countHead))
                .addMethod(Methods.SERIES_LABELS, new AnswerMethod<>(this::seriesLabels))
                .build();
    }

    private void exemplars(ExemplarsRequest request, Outbound<ExemplarsResponse> out) {
        SelectExemplars.Query query = new SelectExemplars.Query(
                new TenantId(request.getTenant()),
                request.getSelectorsList().stream()
                        .map(selector -> Messages.matchersOf(selector.getMatchersList()))
                        .toList(),
                request.getMinTimeMs(),
                request.getMaxTimeMs());
        ExemplarsResponse.Builder piece = ExemplarsResponse.newBuilder();
        int rows = 0;
        for (SeriesExemplars series : exemplars.selectExemplars(query)) {
            ExemplarsResponse.Series.Builder one =
                    ExemplarsResponse.Series.newBuilder().addAllLabels(Messages.pairs(series.series()));
            for (Exemplar exemplar : series.exemplars()) {
                one.addExemplars(ExemplarsResponse.Exemplar.newBuilder()
                        .addAllLabels(Messages.pairs(exemplar.labels()))
                        .setTimestampMs(exemplar.timestampMs())
                        .setValue(exemplar.value()));
            }
            piece.addSeries(one);
            rows += 4 + series.exemplars().size();
            if (rows > PIECE_BYTES / 256) {
                out.send(piece.build());
                piece.clear();
                rows = 0;
            }
        }
        out.send(piece.build());
    }

    private void metadata(MetadataRequest request, Outbound<MetadataResponse> out) {
        MetadataResponse.Builder piece = MetadataResponse.newBuilder();
        int bytes = 0;
        for (MetricMetadata one : metadata.metadata(new TenantId(request.getTenant()), request.getMetric())) {
            piece.addMetadata(MetadataResponse.Metadata.newBuilder()
                    .setMetric(one.metric())
                    .setType(one.type().ordinal())
                    .setHelp(one.help())
                    .setUnit(one.unit()));
            bytes += 16
                    + one.metric().length()
                    + one.help().length()
                    + one.unit().length();
            if (bytes > PIECE_BYTES) {
                out.send(piece.build());
                piece.clear();
                bytes = 0;
            }
        }
        out.send(piece.build());
    }

    private static UsageResponse usage(TenantUsage usage) {
        return UsageResponse.newBuilder()
                .setSeries(usage.series())
                .addAllBudgetSeries(usage.budgetSeries())
                .setBiggestMetric(usage.biggestMetric())
                .setBiggestMetricSeries(usage.biggestMetricSeries())
                .setExemplars(usage.exemplars())
                .setMetadataMetrics(usage.metadataMetrics())
                .setInstanceSeries(usage.instanceSeries())
                .setInstanceRoom(usage.instanceRoom())
                .build();
    }

    private static Cardinality.Query query(CardinalityRequest request) {
        return new Cardinality.Query(
                new TenantId(request.getTenant()),
                Messages.matchersOf(request.getMatchersList()),
                request.getActiveOnly() ? Cardinality.Which.ACTIVE : Cardinality.Which.IN_MEMORY,
                request.getReplicaLabelsList());
    }

    private void countNames(CardinalityRequest request, Outbound<CountNamesResponse> out) {
        NamesCardinality names = cardinality.get().names(query(request), request.getLimit());
        out.send(CountNamesResponse.newBuilder()
                .setNames(names.names())
                .setValues(names.values())
                .addAllTop(Messages.counts(names.top()))
                .build());
    }

    private void countValues(CardinalityRequest request, Outbound<CountValuesResponse> out) {
        for (ValuesCardinality values :
                cardinality.get().values(request.getNamesList(), query(request), request.getLimit())) {
            out.send(CountValuesResponse.newBuilder()
                    .setName(values.name())
                    .setValues(values.values())
                    .setSeries(values.series())
                    .addAllTop(Messages.counts(values.top()))
                    .build());
        }
    }

    private void countHead(CardinalityRequest request, Outbound<CountHeadResponse> out) {
        HeadCardinality head = cardinality.get().head(new TenantId(request.getTenant()), request.getLimit());
        out.send(CountHeadResponse.newBuilder()
                .setSeries(head.series())
                .setPairs(head.pairs())
                .setChunks(head.chunks())
                .setMinTimeMs(head.minTimeMs())
                .setMaxTimeMs(head.maxTimeMs())
                .addAllSeriesByMetric(Messages.counts(head.seriesByMetric()))
                .addAllValuesByName(Messages.counts(head.valuesByName()))
                .addAllValueBytesByName(Messages.counts(head.valueBytesByName()))
                .addAllSeriesByPair(Messages.counts(head.seriesByPair()))
                .build());
    }

    private void seriesLabels(CardinalityRequest request, Outbound<SeriesLabelsResponse> out) {
        LabelsBatch batch = new LabelsBatch();
        try (Cardinality.SeriesLabels series = cardinality.get().labels(query(request))) {
            boolean more;
            do {
                more = series.next(batch, PIECE_BYTES);
                if (batch.count() > 0) {
                    out.send(LabelAnswers.of(batch));
                }
            } while (more);
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
