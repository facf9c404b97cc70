package io.engram.proto.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.model.replica.ActivityTable;
import io.engram.proto.SelectBlocks;
import io.engram.proto.cluster.v1.Found;
import io.engram.proto.cluster.v1.SelectQuery;
import io.engram.proto.cluster.v1.SelectRequest;
import io.engram.proto.cluster.v1.SelectResponse;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A cursor of another instance: one stream that brings the series and then the pieces of fetches, several in turn. The
 * transport's thread looks at the number of a piece only and hands it to the thread that waits for it; a few pieces are on
 * the way at a time, all fetches together.
 */
final class SelectStream extends ClientCall.Listener<RawMessage> implements SelectBlocks.Cursor {
    private static final String WHAT = "select";
    private static final int WINDOW = 8;
    private static final int FETCH_ID_TAG = SelectResponse.FETCH_ID_FIELD_NUMBER << 3;
    /** What belongs to no fetch. */
    private static final int NO_FETCH = 0;

    /** Stands in all queues behind the last piece. */
    private record End(Status status, Metadata trailers) {}

    private final Peer peer;
    private final ClientCall<SelectRequest, RawMessage> call;
    private final Map<Integer, BlockingQueue<Object>> waiting = new ConcurrentHashMap<>();
    private final Deque<ChunkPieceReader> readers = new ArrayDeque<>(); // guarded by this
    private int lastFetchId; // guarded by this
    private volatile End end;
    private boolean closed; // guarded by this
    private boolean cancelled; // guarded by this
    private SeriesTable series;
    private Set<BlockId> blocks;
    private ActivityTable activity; // guarded by activityLock
    private final Object activityLock = new Object();

    private SelectStream(Peer peer, ClientCall<SelectRequest, RawMessage> call) {
        this.peer = peer;
        this.call = call;
    }

    /** Waits until all series are there. */
    static SelectStream open(Peer peer, String service, SelectQuery query) {
        SelectStream stream = new SelectStream(peer, peer.newCall(Methods.selectRaw(service), peer.readDeadline()));
        BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
        stream.waiting.put(NO_FETCH, answers);
        stream.call.start(stream, new Metadata());
        stream.call.request(WINDOW);
        stream.send(SelectRequest.newBuilder().setQuery(query).build());
        try {
            stream.readTable(answers);
        } catch (RuntimeException | Error e) {
            stream.cancel("its answer could not be read");
            throw e;
        }
        return stream;
    }

    private void readTable(BlockingQueue<Object> answers) {
        SelectResponse first = parse(take(answers));
        if (first.getWhatCase() != SelectResponse.WhatCase.FOUND) {
            throw unexpected(first);
        }
        Found found = first.getFound();
        blocks = Set.copyOf(Messages.blocksOf(found.getBlocksList()));
        SeriesTableReader table = new SeriesTableReader(found.getSeriesCount());
        while (!table.isWhole()) {
            SelectResponse piece = parse(take(answers));
            if (piece.getWhatCase() != SelectResponse.WhatCase.SERIES) {
                throw unexpected(piece);
            }
            table.add(piece.getSeries());
        }
        series = table.table();
    }

    private Failure unexpected(SelectResponse message) {
        return new Failure(
                ErrorId.FRAME_INVALID,
                "a select of %s brings %s where something else is due".formatted(peer.name(), message.getWhatCase()));
    }

    @Override
    public void onMessage(RawMessage message) {
        int id = NO_FETCH;
        RawMessage rest = message;
        int tag = message.read();
        if (tag == FETCH_ID_TAG) {
            for (int shift = 0; ; shift += 7) {
                int b = message.read();
                id |= (b & 0x7F) << shift;
                if ((b & 0x80) == 0 || shift > 28) {
                    break;
                }
            }
        } else {
            rest = message.unread(tag);
        }
        BlockingQueue<Object> to = waiting.get(id);
        if (to == null) {
            rest.close(); // of a fetch that was given up
            request();
            return;
        }
        to.add(rest);
        if (waiting.get(id) != to) { // given up meanwhile, and emptied perhaps before this came
            drain(to);
        }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        end = new End(status, trailers);
        waiting.values().forEach(queue -> queue.add(end));
        synchronized (this) {
            if (cancelled) {
                dropAnswers();
            }
        }
    }

    /** Nobody reads on. */
    private void dropAnswers() {
        BlockingQueue<Object> answers = waiting.get(NO_FETCH);
        drain(answers);
        answers.add(end);
    }

    private synchronized void send(SelectRequest request) {
        if (closed) {
            throw new IllegalStateException("the cursor is closed");
        }
        if (end == null && !cancelled) {
            call.sendMessage(request);
        }
    }

    private synchronized void request() {
        call.request(1);
    }

    private synchronized void cancel(String why) {
        cancelled = true;
        call.cancel(why, null);
        if (end != null) { // all had come already
            dropAnswers();
        }
    }

    /** The next piece, which the caller closes. */
    private RawMessage take(BlockingQueue<Object> queue) {
        try {
            Object next = queue.take();
            if (next instanceof End ended) {
                queue.add(ended);
                throw peer.failure(ended.status, ended.trailers, WHAT);
            }
            request();
            return (RawMessage) next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(
                    ErrorId.PEER_UNAVAILABLE,
                    WHAT + " of " + peer.name() + " was given up: its thread was interrupted",
                    e);
        }
    }

    private static SelectResponse parse(RawMessage message) {
        byte[] bytes = new byte[message.length()];
        int length = message.copyTo(bytes);
        try {
            return SelectResponse.parser().parseFrom(bytes, 0, length);
        } catch (InvalidProtocolBufferException e) {
            throw new Failure(ErrorId.FRAME_INVALID, "the answer to a select cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public SeriesTable series() {
        return series;
    }

    @Override
    public Set<BlockId> blocks() {
        return blocks;
    }

    @Override
    public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
        into.clear();
        if (from == to) {
            return;
        }
        BlockingQueue<Object> pieces = new LinkedBlockingQueue<>();
        ChunkPieceReader reader;
        int id;
        synchronized (this) {
            id = ++lastFetchId;
            reader = readers.isEmpty() ? new ChunkPieceReader() : readers.removeLast();
        }
        await(id, pieces);
        boolean whole = false;
        try {
            send(SelectRequest.newBuilder()
                    .setFetch(fetch(id, ordinals, from, to))
                    .build());
            while (!reader.read(take(pieces), into, to - from)) {
                // goes on
            }
            if (into.seriesCount != to - from) {
                throw new Failure(
                        ErrorId.FRAME_INVALID,
                        "a fetch of %d series from %s brings %d".formatted(to - from, peer.name(), into.seriesCount));
            }
            whole = true;
        } finally {
            waiting.remove(id);
            if (!whole) {
                cancel("a fetch was given up");
                drain(pieces);
            }
            synchronized (this) {
                readers.addLast(reader);
            }
        }
    }

    private static SelectRequest.Fetch fetch(int id, int[] ordinals, int from, int to) {
        SelectRequest.Fetch.Builder fetch = SelectRequest.Fetch.newBuilder().setId(id);
        int before = 0;
        for (int i = from; i < to; i++) {
            fetch.addOrdinalStep(ordinals[i] - before);
            before = ordinals[i];
        }
        return fetch.build();
    }

    private void await(int id, BlockingQueue<Object> pieces) {
        waiting.put(id, pieces);
        End ended = end;
        if (ended != null) {
            pieces.add(ended);
        }
    }

    /** Gives back the transport's buffers. */
    private static void drain(BlockingQueue<Object> pieces) {
        for (Object piece = pieces.poll(); piece != null; piece = pieces.poll()) {
            if (piece instanceof RawMessage message) {
                message.close();
            }
        }
    }

    @Override
    public ActivityTable activity() {
        synchronized (activityLock) {
            if (activity == null) {
                send(SelectRequest.newBuilder()
                        .setActivity(SelectRequest.Activity.getDefaultInstance())
                        .build());
                SelectResponse answer;
                try {
                    answer = parse(take(waiting.get(NO_FETCH)));
                } catch (RuntimeException e) {
                    cancel("its answer is not waited for"); // a later question would get it
                    throw e;
                }
                if (answer.getWhatCase() != SelectResponse.WhatCase.ACTIVITY) {
                    throw unexpected(answer);
                }
                try {
                    activity = ActivityTable.decode(answer.getActivity().toByteArray());
                } catch (IllegalArgumentException e) {
                    throw new Failure(ErrorId.FRAME_INVALID, peer.name() + ": " + e.getMessage(), e);
                }
            }
            return activity;
        }
    }

    /** Also while others fetch, whose fetches fail then. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            if (waiting.size() > 1) {
                cancel("the cursor was closed");
            } else if (!cancelled) {
                call.halfClose();
            }
        }
    }
}
