package io.engram.distributor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.hash.SeriesHash;
import io.engram.model.limits.Limits;
import io.engram.model.testing.Seeds;
import io.engram.model.testing.TestLimits;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.Push;
import io.engram.proto.remote.v1.WriteRequest;
import io.engram.ring.InProcessStore;
import io.engram.ring.Ring;
import io.engram.ring.RingLifecycle;
import io.engram.ring.RingView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RingPushTest {
    private final InProcessStore store = new InProcessStore();
    private final RingView view = new RingView(store, "ingester");

    @Test
    void theOnlyInstanceGetsTheBatchItself() {
        join("a");
        List<WriteBatch> got = new ArrayList<>();
        WriteBatch batch = new WriteBatch();
        new RingPush(view::ring, id -> pushed -> {
                    got.add(pushed);
                    return () -> WriteOutcome.ALL_STORED;
                })
                .push(batch);
        assertSame(batch, got.get(0));
    }

    @Test
    void everySeriesGoesToItsOwnerAndAnswersKeepTheirOrdinals() {
        join("a");
        join("b");
        join("c");
        Ring ring = view.ring();
        Seeds.check(50, random -> {
            WriteBatch batch = batch(RandomRequests.request(random));
            Map<String, List<Decoded>> got = new HashMap<>();
            // Each owner refuses what it gets at an even time.
            RingPush push = new RingPush(() -> ring, id -> part -> {
                got.put(id, Decoded.of(part));
                for (int i = 0; i < part.seriesCount; i++) {
                    assertEquals(
                            id,
                            ring.owners(part.placement[i], 1).instances().get(0).id());
                }
                WriteOutcome outcome = new WriteOutcome(part.sampleCount);
                for (int i = 0; i < part.sampleCount; i++) {
                    if (part.timestampMs[i] % 2 == 0) {
                        outcome.set(i, SampleStatus.OUT_OF_ORDER, 99);
                    }
                }
                return () -> outcome;
            });
            WriteOutcome outcome = push.push(batch).await();
            for (int i = 0; i < batch.sampleCount; i++) {
                SampleStatus expected = batch.timestampMs[i] % 2 == 0 ? SampleStatus.OUT_OF_ORDER : SampleStatus.STORED;
                assertEquals(expected, outcome.of(i));
            }
            List<Decoded> all = got.values().stream().flatMap(List::stream).toList();
            assertEquals(batch.seriesCount, all.size());
            assertTrue(all.containsAll(Decoded.of(batch)));
        });
    }

    @Test
    void anEmptyRingIsTemporary() {
        Push push = new RingPush(view::ring, id -> null);
        WriteBatch batch = batch(RandomRequests.request(Seeds.random()));
        Failure failure = assertThrows(Failure.class, () -> push.push(batch));
        assertSame(ErrorId.NO_OWNER, failure.id());
    }

    @Test
    void thePageSaysWhoOwnsHowMuch() {
        join("a");
        join("b");
        String page = RingPage.text(view.ring());
        assertTrue(page.contains("a\tACTIVE\tin-process\t-\t512\t50.00%"), page);
    }

    @Test
    void thePageIsJsonWhereThatIsAskedFor() throws Exception {
        join("a");
        FakeExchange asked = new FakeExchange(new byte[0]).with("Accept", "application/json");
        FakeExchange browser = new FakeExchange(new byte[0]).with("Accept", "text/html, */*");

        new RingPage(view::ring).handle(asked);
        new RingPage(view::ring).handle(browser);

        assertEquals(
                "{\"instances\":[{\"id\":\"a\",\"state\":\"ACTIVE\",\"address\":\"\",\"zone\":\"\","
                        + "\"tokens\":512,\"ownership\":1.0}]}\n",
                asked.text);
        assertTrue(browser.text.startsWith("INSTANCE\t"), browser.text);
    }

    private void join(String id) {
        RingLifecycle lifecycle = new RingLifecycle(store, "ingester", id, "", "");
        lifecycle.join();
        lifecycle.activate();
    }

    private static WriteBatch batch(WriteRequest request) {
        Limits limits = TestLimits.with(Map.of(
                "replicaLabels", List.of(), "futureGracePeriod", Duration.ZERO, "pastGracePeriod", Duration.ZERO));
        DecodeContext context = new DecodeContext(new KnownSeries(1 << 20));
        byte[] body = request.toByteArray();
        SeriesHash hash = new SeriesHash(1, TenantId.ANONYMOUS);
        context.decode(
                new Body.Plain(body, body.length),
                body.length,
                new WriteRules(TenantId.ANONYMOUS, hash, limits, new ReplicaLabels(List.of()), 0, 0));
        return context.batch;
    }
}
