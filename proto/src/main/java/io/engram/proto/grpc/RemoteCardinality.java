package io.engram.proto.grpc;

import io.engram.model.TenantId;
import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.cardinality.NamesCardinality;
import io.engram.model.cardinality.ValuesCardinality;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.read.LabelsBatch;
import io.engram.proto.Cardinality;
import io.engram.proto.cluster.v1.CardinalityRequest;
import io.engram.proto.cluster.v1.CountHeadResponse;
import io.engram.proto.cluster.v1.CountNamesResponse;
import io.engram.proto.cluster.v1.CountValuesResponse;
import io.engram.proto.cluster.v1.SeriesLabelsResponse;
import java.util.ArrayList;
import java.util.List;

/** Counts what an ingester of another process holds. */
final class RemoteCardinality implements Cardinality {
    private final Peer peer;

    RemoteCardinality(Peer peer) {
        this.peer = peer;
    }

    private static CardinalityRequest.Builder request(Query query) {
        return CardinalityRequest.newBuilder()
                .setTenant(query.tenant().value())
                .addAllMatchers(Messages.matchers(query.matchers()))
                .setActiveOnly(query.which() == Which.ACTIVE)
                .addAllReplicaLabels(query.replicaLabels());
    }

    @Override
    public long series(Query query) {
        return peer.one(Methods.COUNT_SERIES, request(query).build()).getSeries();
    }

    @Override
    public NamesCardinality names(Query query, int limit) {
        CountNamesResponse names =
                peer.one(Methods.COUNT_NAMES, request(query).setLimit(limit).build());
        return new NamesCardinality(names.getNames(), names.getValues(), Messages.countsOf(names.getTopList()));
    }

    @Override
    public List<ValuesCardinality> values(List<String> names, Query query, int limit) {
        CardinalityRequest request =
                request(query).setLimit(limit).addAllNames(names).build();
        List<ValuesCardinality> all = new ArrayList<>(names.size());
        try (Answers<CountValuesResponse> answers = peer.call(Methods.COUNT_VALUES, request)) {
            for (CountValuesResponse one = answers.next(); one != null; one = answers.next()) {
                all.add(new ValuesCardinality(
                        one.getName(), one.getValues(), one.getSeries(), Messages.countsOf(one.getTopList())));
            }
        }
        return all;
    }

    @Override
    public HeadCardinality head(TenantId tenant, int limit) {
        CountHeadResponse head = peer.one(
                Methods.COUNT_HEAD,
                CardinalityRequest.newBuilder()
                        .setTenant(tenant.value())
                        .setLimit(limit)
                        .build());
        return new HeadCardinality(
                head.getSeries(),
                head.getPairs(),
                head.getChunks(),
                head.getMinTimeMs(),
                head.getMaxTimeMs(),
                Messages.countsOf(head.getSeriesByMetricList()),
                Messages.countsOf(head.getValuesByNameList()),
                Messages.countsOf(head.getValueBytesByNameList()),
                Messages.countsOf(head.getSeriesByPairList()));
    }

    @Override
    public SeriesLabels labels(Query query) {
        return new Labels(peer.call(Methods.SERIES_LABELS, request(query).build()));
    }

    /** Batches of the size of the pieces that come, cut where the caller asks for less. */
    private static final class Labels implements SeriesLabels {
        private final Answers<SeriesLabelsResponse> answers;
        private byte[] piece = {};
        private SeriesLabelsResponse lengths = SeriesLabelsResponse.getDefaultInstance();
        private int series; // of the piece, the next
        private int at;

        Labels(Answers<SeriesLabelsResponse> answers) {
            this.answers = answers;
        }

        @Override
        public boolean next(LabelsBatch into, int bytes) {
            into.clear();
            while (into.sizeBytes() < bytes) {
                if (series == lengths.getLengthCount() && !nextPiece()) {
                    break;
                }
                int length = lengths.getLength(series++);
                if (length < 0 || length > piece.length - at) {
                    throw new Failure(ErrorId.FRAME_INVALID, "labels of series that another instance sent are cut off");
                }
                into.addSeries(piece, at, length);
                at += length;
            }
            return into.count() > 0;
        }

        private boolean nextPiece() {
            SeriesLabelsResponse next = answers.next();
            while (next != null && next.getLengthCount() == 0) {
                next = answers.next();
            }
            if (next == null) {
                return false;
            }
            lengths = next;
            piece = next.getLabels().toByteArray();
            series = 0;
            at = 0;
            return true;
        }

        @Override
        public void close() {
            answers.close();
        }
    }
}
