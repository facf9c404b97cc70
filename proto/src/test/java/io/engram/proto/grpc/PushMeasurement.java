package io.engram.proto.grpc;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.engram.model.TenantId;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.PendingPush;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Figures of pushes, by hand: what a frame costs alone, and samples per CPU second of client and server together over
 * loopback, for frames of 1,000 known series with one sample each.
 */
final class PushMeasurement {
    private static final int SERIES = 1_000;
    private static final int IN_FLIGHT = 16;
    private static final OperatingSystemMXBean OS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private PushMeasurement() {}

    public static void main(String[] args) throws Exception {
        WriteBatch batch = RandomBatches.scrape(new TenantId("tenant"), 0, SERIES, 1_700_000_000_000L);
        codec(batch);
        FakeIngester other = new FakeIngester();
        try (IngesterService service = new IngesterService(
                        _ -> () -> WriteOutcome.ALL_STORED, other, other, other, other, other, () -> other);
                TestPeer peer = new TestPeer(service);
                IngesterClient client = peer.ingester()) {
            for (int round = 0; round < 5; round++) {
                loopback(client, batch);
            }
        }
    }

    private static void codec(WriteBatch batch) {
        FrameDecoder decoder = new FrameDecoder();
        LabelledSeries none = new LabelledSeries(SERIES);
        LabelledSeries all = LabelledSeries.all(batch);
        for (int round = 0; round < 4; round++) {
            for (LabelledSeries labelled : new LabelledSeries[] {none, all}) {
                long beganNs = System.nanoTime();
                byte[] message = {};
                for (int i = 0; i < 20_000; i++) {
                    message = FrameEncoder.encode(batch, labelled);
                }
                long encodedNs = System.nanoTime();
                for (int i = 0; i < 20_000; i++) {
                    decoder.decode(message, 0, message.length);
                }
                System.out.printf(
                        "%s: %d bytes, encode %.1f ns, decode %.1f ns per series%n",
                        labelled == none ? "known" : "new",
                        message.length,
                        (encodedNs - beganNs) / 20_000.0 / SERIES,
                        (System.nanoTime() - encodedNs) / 20_000.0 / SERIES);
            }
        }
    }

    private static void loopback(IngesterClient client, WriteBatch batch) throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long cpuNs = OS.getProcessCpuTime();
        long allocated = threads.getTotalThreadAllocatedBytes();
        long endNs = System.nanoTime() + 3_000_000_000L;
        long frames = 0;
        Deque<PendingPush> pending = new ArrayDeque<>();
        while (System.nanoTime() < endNs) {
            pending.add(client.push(batch));
            if (pending.size() == IN_FLIGHT) {
                pending.remove().await();
            }
            frames++;
        }
        for (PendingPush one : pending) {
            one.await();
        }
        System.out.printf(
                "%d frames, %.2f M samples per CPU second, %.0f bytes allocated per sample%n",
                frames,
                frames * SERIES / ((OS.getProcessCpuTime() - cpuNs) / 1e9) / 1e6,
                (threads.getTotalThreadAllocatedBytes() - allocated) / (double) (frames * SERIES));
    }
}
