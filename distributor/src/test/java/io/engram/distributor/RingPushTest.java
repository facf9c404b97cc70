package io.engram.distributor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.MessageLite;
import io.engram.distributor.peers.BreakerConfig;
import io.engram.distributor.peers.Peers;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.testing.Seeds;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.Push;
import io.engram.ring.InProcessStore;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import io.engram.ring.RingLifecycle;
import io.engram.ring.RingView;
import io.engram.server.metrics.Metrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class RingPushTest {
    private final InProcessStore store = new InProcessStore();
    private final RingView view = new RingView(store, "ingester");

    @Test
    void theOnlyInstanceGetsTheBatchItself() {
        join("a");
        List<WriteBatch> got = new ArrayList<>();
        WriteBatch batch = new WriteBatch();
        push(_ -> pushed -> {
                    got.add(pushed);
                    return () -> WriteOutcome.ALL_STORED;
                })
                .push(batch);
        assertSame(batch, got.get(0));
    }

    @Test
    void everyRowGoesToItsOwnerAndAnswersKeepTheirOrdinals() {
        join("a");
        join("b");
        join("c");
        Ring ring = view.ring();
        Seeds.check(50, random -> {
            WriteBatch batch =
                    batch(random.nextBoolean() ? RandomRequests.request(random) : RandomRequests2.request(random));
            Map<String, List<Decoded>> got = new HashMap<>();
            List<MetricMetadata> metadata = new ArrayList<>();
            // Each owner refuses what it gets at an even time.
            Push push = push(owner -> part -> {
                String id = owner.id();
                got.put(id, Decoded.of(part));
                metadata.addAll(part.metadata);
                for (int i = 0; i < part.seriesCount; i++) {
                    assertEquals(
                            id,
                            ring.owners(part.placement[i], 1).instances().get(0).id());
                }
                WriteOutcome outcome = new WriteOutcome(part.rowCount());
                for (int row = 0; row < part.rowCount(); row++) {
                    if (timestampMs(part, row) % 2 == 0) {
                        outcome.set(row, SampleStatus.OUT_OF_ORDER, 99);
                    }
                }
                return () -> outcome;
            });
            WriteOutcome outcome = push.push(batch).await();
            for (int row = 0; row < batch.rowCount(); row++) {
                SampleStatus expected =
                        timestampMs(batch, row) % 2 == 0 ? SampleStatus.OUT_OF_ORDER : SampleStatus.STORED;
                assertEquals(expected, outcome.of(row));
            }
            List<Decoded> all = got.values().stream().flatMap(List::stream).toList();
            assertEquals(batch.seriesCount, all.size());
            assertTrue(all.containsAll(Decoded.of(batch)));
            assertEquals(Set.copyOf(batch.metadata), Set.copyOf(metadata));
            assertEquals(batch.metadata.size(), metadata.size());
        });
    }

    private static long timestampMs(WriteBatch batch, int row) {
        if (row < batch.sampleCount) {
            return batch.timestampMs[row];
        }
        int behind = row - batch.sampleCount;
        return behind < batch.histograms.size()
                ? batch.histograms.get(behind).timestampMs()
                : batch.exemplars.get(behind - batch.histograms.size()).timestampMs();
    }

    @Test
    void anEmptyRingIsTemporary() {
        Push push = push(_ -> null);
        WriteBatch batch = batch(RandomRequests.request(Seeds.random()));
        Failure failure = assertThrows(Failure.class, () -> push.push(batch));
        assertSame(ErrorId.NO_OWNER, failure.id());
    }

    /** One copy of each. */
    private Push push(Function<Instance, Push> pushes) {
        Peers peers = new Peers(BreakerConfig.defaults(), () -> 0, new Metrics());
        return new RingPush(view::ring, (all, _) -> all, 1, pushes, peers);
    }

    private void join(String id) {
        RingLifecycle lifecycle = new RingLifecycle(store, "ingester", id, "", "");
        lifecycle.join();
        lifecycle.activate();
    }

    private static WriteBatch batch(MessageLite request) {
        Decoding decoding = new Decoding();
        decoding.decode(request);
        return decoding.context.batch;
    }
}
