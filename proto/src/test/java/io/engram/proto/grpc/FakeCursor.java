package io.engram.proto.grpc;

import io.engram.model.block.BlockId;
import io.engram.model.labels.Label;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.model.read.SeriesTable;
import io.engram.model.replica.ActivityTable;
import io.engram.proto.SelectBlocks;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Series with chunks of random bytes, the same for the same seed. */
final class FakeCursor implements SelectBlocks.Cursor {
    final CountDownLatch closed = new CountDownLatch(1);
    final AtomicInteger fetching = new AtomicInteger();
    volatile boolean closedUnderAFetch;
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile RuntimeException fetchFailure;
    private final SeriesTable series;
    private final int chunkBytes;
    private final Set<BlockId> blocks;

    FakeCursor(int count, int chunkBytes, Set<BlockId> blocks) {
        this.chunkBytes = chunkBytes;
        this.blocks = blocks;
        Label[] dictionary = new Label[count + 2];
        dictionary[0] = new Label("__name__", "metric");
        dictionary[1] = new Label("unused", "pair");
        long[] hi = new long[count];
        long[] lo = new long[count];
        int[] labelStart = new int[count + 1];
        int[] labelIds = new int[2 * count];
        long[] minMs = new long[count];
        long[] maxMs = new long[count];
        int[] chunkCount = new int[count];
        for (int i = 0; i < count; i++) {
            dictionary[i + 2] = new Label("instance", "höst-" + i);
            hi[i] = i * 0x9E3779B97F4A7C15L;
            lo[i] = -i;
            labelIds[2 * i] = 0;
            labelIds[2 * i + 1] = i + 2;
            labelStart[i + 1] = 2 * i + 2;
            minMs[i] = -i;
            maxMs[i] = Long.MAX_VALUE - i;
            chunkCount[i] = i % 5;
        }
        series = new SeriesTable(dictionary, hi, lo, labelStart, labelIds, minMs, maxMs, chunkCount);
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
        fetching.incrementAndGet();
        try {
            gate.await();
            if (fetchFailure != null) {
                throw fetchFailure;
            }
            for (int i = from; i < to; i++) {
                addChunks(ordinals[i], into);
                into.endSeries();
            }
            closedUnderAFetch |= closed.getCount() == 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            fetching.decrementAndGet();
        }
    }

    private void addChunks(int ordinal, ChunkBatch into) {
        SplittableRandom random = new SplittableRandom(ordinal);
        for (int chunk = 0; chunk < ordinal % 5; chunk++) {
            byte[] data = new byte[chunkBytes == 0 ? 0 : random.nextInt(chunkBytes, 2 * chunkBytes)];
            random.nextBytes(data);
            int at = into.addChunk(
                    (byte) (ChunkEncoding.XOR + chunk % 3), chunk * 1000L - ordinal, chunk * 1000L + 999, data.length);
            System.arraycopy(data, 0, into.data, at, data.length);
        }
    }

    @Override
    public ActivityTable activity() {
        return ActivityTable.builder().add("cluster", "replica", 5, 7, 3).build();
    }

    @Override
    public void close() {
        closedUnderAFetch |= fetching.get() > 0;
        closed.countDown();
    }
}
