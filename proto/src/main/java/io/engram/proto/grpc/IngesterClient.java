package io.engram.proto.grpc;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.limits.TenantUsage;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.metadata.MetricType;
import io.engram.model.read.Exemplar;
import io.engram.model.read.SeriesExemplars;
import io.engram.model.write.WriteBatch;
import io.engram.proto.Cardinality;
import io.engram.proto.HeldBlocks;
import io.engram.proto.MetadataSource;
import io.engram.proto.PendingPush;
import io.engram.proto.Push;
import io.engram.proto.Select;
import io.engram.proto.SelectCursor;
import io.engram.proto.SelectExemplars;
import io.engram.proto.Usage;
import io.engram.proto.cluster.v1.ExemplarsRequest;
import io.engram.proto.cluster.v1.ExemplarsResponse;
import io.engram.proto.cluster.v1.HeldBlocksRequest;
import io.engram.proto.cluster.v1.LabelsRequest;
import io.engram.proto.cluster.v1.LabelsResponse;
import io.engram.proto.cluster.v1.MetadataRequest;
import io.engram.proto.cluster.v1.MetadataResponse;
import io.engram.proto.cluster.v1.SeriesOfMetricRequest;
import io.engram.proto.cluster.v1.UsageRequest;
import io.engram.proto.cluster.v1.UsageResponse;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An ingester of another process. What it refuses comes as the {@link io.engram.model.failure.Failure} that it threw; where
 * it is down, slow or gone, the failure is {@code PEER_UNAVAILABLE} or {@code PEER_TIMEOUT} and names its address. Safe for
 * all threads.
 */
public final class IngesterClient
        implements Push, Select, SelectExemplars, MetadataSource, Usage, HeldBlocks, AutoCloseable {
    private static final MetricType[] TYPES = MetricType.values();

    private final Peer peer;
    private final RemotePush push;

    IngesterClient(Peer peer, ConnectionsConfig config) {
        this.peer = peer;
        this.push = new RemotePush(peer, config);
    }

    /**
     * Encodes and sends; does not wait for the connection or the answer. Labels of series that the ingester has
     * acknowledged stay behind. Where it turns out not to know them, their rows come back as {@code UNKNOWN_SERIES}, and the
     * next push brings the labels.
     *
     * @throws io.engram.model.failure.Failure {@code PEER_BUSY} where too many bytes are on their way already
     */
    @Override
    public PendingPush push(WriteBatch batch) {
        return push.push(batch);
    }

    @Override
    public long timesConnected() {
        return peer.timesConnected();
    }

    /** Bytes of frames that are on their way. */
    public long inflightPushBytes() {
        return push.inflightBytes();
    }

    @Override
    public SelectCursor select(Select.Query query) {
        return SelectStream.open(peer, Methods.INGESTER, Messages.of(query));
    }

    @Override
    public List<String> labelNames(Select.Query query) {
        return labels(Methods.labelNames(Methods.INGESTER), "", query);
    }

    @Override
    public List<String> labelValues(String name, Select.Query query) {
        return labels(Methods.labelValues(Methods.INGESTER), name, query);
    }

    private List<String> labels(
            MethodDescriptor<LabelsRequest, LabelsResponse> method, String name, Select.Query query) {
        LabelsRequest request = LabelsRequest.newBuilder()
                .setQuery(Messages.of(query))
                .setName(name)
                .build();
        List<String> values = new ArrayList<>();
        try (Answers<LabelsResponse> answers = peer.call(method, request)) {
            for (LabelsResponse piece = answers.next(); piece != null; piece = answers.next()) {
                values.addAll(piece.getValuesList());
            }
        }
        return values;
    }

    @Override
    public List<SeriesExemplars> selectExemplars(SelectExemplars.Query query) {
        ExemplarsRequest.Builder request = ExemplarsRequest.newBuilder()
                .setTenant(query.tenant().value())
                .setMinTimeMs(query.minTimeMs())
                .setMaxTimeMs(query.maxTimeMs());
        query.selectors()
                .forEach(selector -> request.addSelectors(
                        ExemplarsRequest.Selector.newBuilder().addAllMatchers(Messages.matchers(selector))));
        List<SeriesExemplars> all = new ArrayList<>();
        try (Answers<ExemplarsResponse> answers = peer.call(Methods.EXEMPLARS, request.build())) {
            for (ExemplarsResponse piece = answers.next(); piece != null; piece = answers.next()) {
                for (ExemplarsResponse.Series series : piece.getSeriesList()) {
                    all.add(new SeriesExemplars(
                            Messages.labels(series.getLabelsList()),
                            series.getExemplarsList().stream()
                                    .map(exemplar -> new Exemplar(
                                            exemplar.getTimestampMs(),
                                            exemplar.getValue(),
                                            Messages.labels(exemplar.getLabelsList())))
                                    .toList()));
                }
            }
        }
        return all;
    }

    @Override
    public List<MetricMetadata> metadata(TenantId tenant, String metric) {
        MetadataRequest request = MetadataRequest.newBuilder()
                .setTenant(tenant.value())
                .setMetric(metric)
                .build();
        List<MetricMetadata> all = new ArrayList<>();
        try (Answers<MetadataResponse> answers = peer.call(Methods.METADATA, request)) {
            for (MetadataResponse piece = answers.next(); piece != null; piece = answers.next()) {
                for (MetadataResponse.Metadata one : piece.getMetadataList()) {
                    all.add(new MetricMetadata(one.getMetric(), type(one.getType()), one.getHelp(), one.getUnit()));
                }
            }
        }
        return all;
    }

    /** One that only a newer release knows is unknown. */
    private static MetricType type(int number) {
        return number >= 0 && number < TYPES.length ? TYPES[number] : MetricType.UNKNOWN;
    }

    @Override
    public TenantUsage usage(TenantId tenant) {
        UsageResponse usage = peer.one(
                Methods.USAGE,
                UsageRequest.newBuilder().setTenant(tenant.value()).build());
        return new TenantUsage(
                usage.getSeries(),
                usage.getBudgetSeriesList(),
                usage.getBiggestMetric(),
                usage.getBiggestMetricSeries(),
                usage.getExemplars(),
                usage.getMetadataMetrics(),
                usage.getInstanceSeries(),
                usage.getInstanceRoom());
    }

    @Override
    public long seriesOfMetric(TenantId tenant, String metric) {
        return peer.one(
                        Methods.SERIES_OF_METRIC,
                        SeriesOfMetricRequest.newBuilder()
                                .setTenant(tenant.value())
                                .setMetric(metric)
                                .build())
                .getSeries();
    }

    @Override
    public Set<BlockId> held(TenantId tenant) {
        return Set.copyOf(Messages.blocksOf(peer.one(
                        Methods.HELD_BLOCKS,
                        HeldBlocksRequest.newBuilder().setTenant(tenant.value()).build())
                .getBlocksList()));
    }

    /** Counts what this ingester holds. */
    public Cardinality cardinality() {
        return new RemoteCardinality(peer);
    }

    /** Lets go of the connection; calls that are in flight go on until their deadlines. */
    @Override
    public void close() {
        peer.close();
    }
}
