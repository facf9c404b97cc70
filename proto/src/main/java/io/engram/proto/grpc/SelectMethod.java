package io.engram.proto.grpc;

import com.google.protobuf.UnsafeByteOperations;
import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.proto.SelectCursor;
import io.engram.proto.cluster.v1.Found;
import io.engram.proto.cluster.v1.SelectQuery;
import io.engram.proto.cluster.v1.SelectRequest;
import io.engram.proto.cluster.v1.SelectResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.Collection;
import java.util.concurrent.CancellationException;
import java.util.function.Function;

/**
 * Holds the cursor of one select as long as the call lasts. Each request runs on a virtual thread; a further one is read only
 * while few run, and each has one batch of chunks, so that a client that asks much and reads slowly waits.
 */
final class SelectMethod<C extends SelectCursor> implements ServerCallHandler<SelectRequest, SelectResponse> {
    static final int MAX_RUNNING = 8;
    /** Series that are fetched before what they brought is sent. */
    private static final int SERIES_AT_ONCE = 256;

    private final Function<SelectQuery, C> select;
    private final Function<C, Collection<BlockId>> blocks;

    /** @param blocks of a cursor: those it looked at */
    SelectMethod(Function<SelectQuery, C> select, Function<C, Collection<BlockId>> blocks) {
        this.select = select;
        this.blocks = blocks;
    }

    @Override
    public ServerCall.Listener<SelectRequest> startCall(
            ServerCall<SelectRequest, SelectResponse> call, Metadata headers) {
        call.request(1);
        return new Selection(call);
    }

    private final class Selection extends ServerCall.Listener<SelectRequest> {
        private final ServerCall<SelectRequest, SelectResponse> call;
        private final Outbound<SelectResponse> out;
        /** Null until the query was answered, and again when it was closed; guarded by this. */
        private C cursor;

        private int seriesCount; // guarded by this
        private boolean queried; // guarded by this
        private int running; // guarded by this
        private boolean readPaused; // guarded by this
        private boolean closing; // guarded by this; no further request is served

        Selection(ServerCall<SelectRequest, SelectResponse> call) {
            this.call = call;
            this.out = new Outbound<>(call);
        }

        @Override
        public void onMessage(SelectRequest request) {
            boolean isQuery = request.getWhatCase() == SelectRequest.WhatCase.QUERY;
            synchronized (this) {
                if (closing) {
                    return;
                }
                if (isQuery != queried) {
                    queried = true;
                    running++;
                    if (!isQuery) {
                        readNext();
                    }
                    Outbound.run(() -> serve(request));
                    return;
                }
            }
            // Before it closes: what still runs would end the call as if all were well.
            out.fail(new Failure(ErrorId.FRAME_INVALID, "a select must begin with its query, and has only one"));
            stop();
        }

        private void readNext() {
            readPaused = running >= MAX_RUNNING;
            if (!readPaused) {
                call.request(1);
            }
        }

        @Override
        public void onHalfClose() {
            stop();
        }

        @Override
        public void onCancel() {
            out.cancelled();
            stop();
        }

        @Override
        public void onReady() {
            out.ready();
        }

        private void stop() {
            synchronized (this) {
                closing = true;
            }
            finished(false);
        }

        private void serve(SelectRequest request) {
            try {
                switch (request.getWhatCase()) {
                    case QUERY -> query(request.getQuery());
                    case FETCH -> fetch(request.getFetch());
                    case ACTIVITY ->
                        out.send(SelectResponse.newBuilder()
                                .setActivity(UnsafeByteOperations.unsafeWrap(
                                        cursor().activity().encode()))
                                .build());
                    case WHAT_NOT_SET ->
                        throw new Failure(
                                ErrorId.FRAME_INVALID, "a select asks for something that this release does not know");
                }
            } catch (CancellationException _) {
                out.cancelled();
            } catch (RuntimeException | Error e) {
                out.fail(e);
                synchronized (this) {
                    closing = true;
                }
            } finally {
                finished(true);
            }
        }

        private synchronized C cursor() {
            return cursor;
        }

        private void query(SelectQuery query) {
            C found = select.apply(query);
            SeriesTable table;
            synchronized (this) {
                cursor = found;
                table = found.series();
                seriesCount = table.size();
            }
            out.send(SelectResponse.newBuilder()
                    .setFound(Found.newBuilder()
                            .setSeriesCount(table.size())
                            .addAllBlocks(Messages.blockNames(blocks.apply(found))))
                    .build());
            SeriesPieces.send(table, out::send);
            synchronized (this) {
                readNext();
            }
        }

        private void fetch(SelectRequest.Fetch fetch) {
            int[] ordinals = ordinals(fetch);
            ChunkPieces pieces = new ChunkPieces(fetch.getId(), out::send);
            ChunkBatch batch = new ChunkBatch();
            C from = cursor();
            int at = 0;
            do {
                int to = Math.min(ordinals.length, at + SERIES_AT_ONCE);
                batch.clear();
                from.fetch(ordinals, at, to, batch);
                pieces.send(batch, to == ordinals.length);
                at = to;
            } while (at < ordinals.length);
        }

        private int[] ordinals(SelectRequest.Fetch fetch) {
            int[] ordinals = new int[fetch.getOrdinalStepCount()];
            long ordinal = 0;
            int count;
            synchronized (this) {
                count = seriesCount;
            }
            for (int i = 0; i < ordinals.length; i++) {
                ordinal += fetch.getOrdinalStep(i);
                if (ordinal < 0 || ordinal >= count) {
                    throw new Failure(ErrorId.FRAME_INVALID, "a fetch asks for series " + ordinal + " of " + count);
                }
                ordinals[i] = (int) ordinal;
            }
            return ordinals;
        }

        /** The last that runs after the end closes the cursor: none is closed under a fetch. */
        private void finished(boolean one) {
            C toClose = null;
            boolean end;
            synchronized (this) {
                if (one) {
                    running--;
                    if (readPaused && !closing) {
                        readNext();
                    }
                }
                end = closing && running == 0;
                if (end) {
                    toClose = cursor;
                    cursor = null;
                }
            }
            if (toClose != null) {
                toClose.close();
            }
            if (end) {
                out.complete();
            }
        }
    }
}
