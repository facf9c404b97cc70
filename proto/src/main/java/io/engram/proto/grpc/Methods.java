package io.engram.proto.grpc;

import com.google.protobuf.MessageLite;
import io.engram.proto.cluster.v1.CardinalityRequest;
import io.engram.proto.cluster.v1.CountHeadResponse;
import io.engram.proto.cluster.v1.CountNamesResponse;
import io.engram.proto.cluster.v1.CountSeriesResponse;
import io.engram.proto.cluster.v1.CountValuesResponse;
import io.engram.proto.cluster.v1.ExemplarsRequest;
import io.engram.proto.cluster.v1.ExemplarsResponse;
import io.engram.proto.cluster.v1.HeldBlocksRequest;
import io.engram.proto.cluster.v1.HeldBlocksResponse;
import io.engram.proto.cluster.v1.LabelsRequest;
import io.engram.proto.cluster.v1.LabelsResponse;
import io.engram.proto.cluster.v1.MetadataRequest;
import io.engram.proto.cluster.v1.MetadataResponse;
import io.engram.proto.cluster.v1.PushResponse;
import io.engram.proto.cluster.v1.SelectRequest;
import io.engram.proto.cluster.v1.SelectResponse;
import io.engram.proto.cluster.v1.SeriesLabelsResponse;
import io.engram.proto.cluster.v1.SeriesOfMetricRequest;
import io.engram.proto.cluster.v1.SeriesOfMetricResponse;
import io.engram.proto.cluster.v1.UsageRequest;
import io.engram.proto.cluster.v1.UsageResponse;
import io.grpc.MethodDescriptor;
import java.io.InputStream;

/** The methods of {@code ingester.proto}; a test compares the two. */
final class Methods {
    static final String INGESTER = "engram.cluster.v1.Ingester";
    static final String STORE_GATEWAY = "engram.cluster.v1.StoreGateway";

    static final MethodDescriptor<RawMessage, PushResponse> PUSH = MethodDescriptor.newBuilder(
                    RawMarshaller.INSTANCE, new ProtoMarshaller<>(PushResponse.getDefaultInstance()))
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(INGESTER, "Push"))
            .build();
    static final MethodDescriptor<ExemplarsRequest, ExemplarsResponse> EXEMPLARS = answers(
            INGESTER, "SelectExemplars", ExemplarsRequest.getDefaultInstance(), ExemplarsResponse.getDefaultInstance());
    static final MethodDescriptor<MetadataRequest, MetadataResponse> METADATA =
            answers(INGESTER, "Metadata", MetadataRequest.getDefaultInstance(), MetadataResponse.getDefaultInstance());
    static final MethodDescriptor<UsageRequest, UsageResponse> USAGE =
            unary("Usage", UsageRequest.getDefaultInstance(), UsageResponse.getDefaultInstance());
    static final MethodDescriptor<SeriesOfMetricRequest, SeriesOfMetricResponse> SERIES_OF_METRIC = unary(
            "SeriesOfMetric", SeriesOfMetricRequest.getDefaultInstance(), SeriesOfMetricResponse.getDefaultInstance());
    static final MethodDescriptor<HeldBlocksRequest, HeldBlocksResponse> HELD_BLOCKS =
            unary("HeldBlocks", HeldBlocksRequest.getDefaultInstance(), HeldBlocksResponse.getDefaultInstance());
    static final MethodDescriptor<CardinalityRequest, CountSeriesResponse> COUNT_SERIES =
            unary("CountSeries", CardinalityRequest.getDefaultInstance(), CountSeriesResponse.getDefaultInstance());
    static final MethodDescriptor<CardinalityRequest, CountNamesResponse> COUNT_NAMES =
            unary("CountNames", CardinalityRequest.getDefaultInstance(), CountNamesResponse.getDefaultInstance());
    static final MethodDescriptor<CardinalityRequest, CountValuesResponse> COUNT_VALUES = answers(
            INGESTER, "CountValues", CardinalityRequest.getDefaultInstance(), CountValuesResponse.getDefaultInstance());
    static final MethodDescriptor<CardinalityRequest, CountHeadResponse> COUNT_HEAD =
            unary("CountHead", CardinalityRequest.getDefaultInstance(), CountHeadResponse.getDefaultInstance());
    static final MethodDescriptor<CardinalityRequest, SeriesLabelsResponse> SERIES_LABELS = answers(
            INGESTER,
            "SeriesLabels",
            CardinalityRequest.getDefaultInstance(),
            SeriesLabelsResponse.getDefaultInstance());

    private Methods() {}

    static MethodDescriptor<LabelsRequest, LabelsResponse> labelNames(String service) {
        return answers(service, "LabelNames", LabelsRequest.getDefaultInstance(), LabelsResponse.getDefaultInstance());
    }

    static MethodDescriptor<LabelsRequest, LabelsResponse> labelValues(String service) {
        return answers(service, "LabelValues", LabelsRequest.getDefaultInstance(), LabelsResponse.getDefaultInstance());
    }

    static MethodDescriptor<SelectRequest, SelectResponse> select(String service) {
        return select(service, new ProtoMarshaller<>(SelectResponse.getDefaultInstance()));
    }

    /** The client's side: pieces go to whoever waits for them before anybody reads them. */
    static MethodDescriptor<SelectRequest, RawMessage> selectRaw(String service) {
        return select(service, RawMarshaller.INSTANCE);
    }

    private static <R> MethodDescriptor<SelectRequest, R> select(
            String service, MethodDescriptor.Marshaller<R> answers) {
        return MethodDescriptor.newBuilder(new ProtoMarshaller<>(SelectRequest.getDefaultInstance()), answers)
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, "Select"))
                .build();
    }

    private static <Q extends MessageLite, R extends MessageLite> MethodDescriptor<Q, R> unary(
            String name, Q request, R response) {
        return of(MethodDescriptor.MethodType.UNARY, INGESTER, name, request, response);
    }

    private static <Q extends MessageLite, R extends MessageLite> MethodDescriptor<Q, R> answers(
            String service, String name, Q request, R response) {
        return of(MethodDescriptor.MethodType.SERVER_STREAMING, service, name, request, response);
    }

    private static <Q extends MessageLite, R extends MessageLite> MethodDescriptor<Q, R> of(
            MethodDescriptor.MethodType type, String service, String name, Q request, R response) {
        return MethodDescriptor.newBuilder(new ProtoMarshaller<>(request), new ProtoMarshaller<>(response))
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
                .build();
    }

    private enum RawMarshaller implements MethodDescriptor.Marshaller<RawMessage> {
        INSTANCE;

        @Override
        public InputStream stream(RawMessage message) {
            return message.toStream();
        }

        @Override
        public RawMessage parse(InputStream stream) {
            return RawMessage.received(stream);
        }
    }
}
