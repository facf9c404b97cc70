/**
 * The interfaces of {@code io.engram.proto} between processes. On the one side {@link io.engram.proto.grpc.Connections}
 * makes clients that implement them; on the other {@link io.engram.proto.grpc.IngesterService} and {@link
 * io.engram.proto.grpc.StoreGatewayService} hand calls to what implements them there.
 *
 * <p>A push is one columnar frame ({@code FrameFormat}); a select is one stream that lasts as long as its cursor ({@code
 * SelectMethod}, {@code SelectStream}); all else is a request and a few messages. Failures come out as they went in ({@code
 * CallFailure}). Read {@code ingester.proto} first.
 */
package io.engram.proto.grpc;
