package io.engram.proto.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.testing.Seeds;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.PendingPush;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PushOverGrpcTest {
    private static final TenantId TENANT = new TenantId("tenant");
    private static final long T0 = 1_700_000_000_000L;

    private final FakeIngester ingester = new FakeIngester();

    private void assertStored(int series, long... timesMs) {
        synchronized (ingester) {
            assertEquals(series, ingester.samples.size());
            ingester.samples
                    .values()
                    .forEach(samples -> assertArrayEquals(
                            timesMs,
                            samples.stream()
                                    .mapToLong(FakeIngester.Sample::timestampMs)
                                    .toArray()));
        }
    }

    @Test
    void sendsLabelsUntilTheIngesterHasTheSeries() throws Exception {
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester()) {
            assertEquals(
                    0,
                    client.push(RandomBatches.scrape(TENANT, 0, 100, T0))
                            .await()
                            .refused());
            assertEquals(
                    0,
                    client.push(RandomBatches.scrape(TENANT, 0, 100, T0 + 1))
                            .await()
                            .refused());
            assertEquals(
                    0,
                    client.push(RandomBatches.scrape(TENANT, 50, 100, T0 + 2))
                            .await()
                            .refused());
            assertEquals(List.of(100, 0, 50), ingester.labelled);
            assertEquals(150, ingester.labels.size());
            WriteBatch all = RandomBatches.scrape(TENANT, 0, 150, T0);
            for (int i = 0; i < 150; i++) {
                assertEquals(
                        all.placement[i],
                        ingester.placements.get(
                                new FakeIngester.Fingerprint(all.fingerprintHi[i], all.fingerprintLo[i])));
            }
            assertEquals(0, client.inflightPushBytes());
        }
    }

    @Test
    void whatComesInIsWhatWentOut() throws Exception {
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester()) {
            Seeds.check(100, random -> {
                WriteBatch batch = RandomBatches.random(random);
                ingester.pushed.clear();
                client.push(batch).await();
                byte[] last = ingester.pushed.getFirst();
                WriteBatch received = new FrameDecoder().decode(last, 0, last.length);
                assertArrayEquals(
                        FrameEncoder.encode(received, new LabelledSeries(received.seriesCount)),
                        FrameEncoder.encode(batch, new LabelledSeries(batch.seriesCount)));
            });
        }
    }

    @Test
    void saysWhichSeriesTheIngesterHasForgottenAndSendsTheirLabelsTheNextTime() throws Exception {
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester()) {
            client.push(RandomBatches.scrape(TENANT, 0, 100, T0)).await();
            ingester.forget();
            WriteOutcome outcome =
                    client.push(RandomBatches.scrape(TENANT, 0, 100, T0 + 1)).await();
            assertEquals(100, outcome.count(SampleStatus.UNKNOWN_SERIES));
            for (int time = 1; time <= 2; time++) {
                assertEquals(
                        0,
                        client.push(RandomBatches.scrape(TENANT, 0, 100, T0 + time))
                                .await()
                                .refused());
            }
            assertEquals(List.of(100, 0, 100, 0), ingester.labelled);
            assertStored(100, T0, T0 + 1, T0 + 2);
            assertEquals(0, client.inflightPushBytes());
        }
    }

    /** Two instances get the same frame; for the one that has forgotten the series the next one has their labels. */
    @Test
    void aFrameForSeveralInstancesIsMadeOnceUnlessOneNeedsLabels() throws Exception {
        FakeIngester other = new FakeIngester();
        try (TestPeer peer = new TestPeer(ingester.service());
                TestPeer otherPeer = new TestPeer(other.service());
                IngesterClient client = peer.ingester();
                IngesterClient otherClient = otherPeer.ingester()) {
            for (int round = 0; round < 4; round++) {
                if (round == 2) {
                    other.forget();
                }
                WriteBatch batch = RandomBatches.scrape(TENANT, 0, 100, T0 + round);
                batch.shared = new WriteBatch.SharedForm();
                PendingPush first = client.push(batch);
                PendingPush second = otherClient.push(batch);
                assertEquals(round > 0, batch.shared.form() != null);
                Arrays.fill(batch.labels, (byte) 0); // it is the caller's again
                assertEquals(0, first.await().refused());
                assertEquals(round == 2 ? 100 : 0, second.await().refused());
            }
            assertEquals(List.of(100, 0, 0, 0), ingester.labelled);
            assertEquals(List.of(100, 0, 0, 100), other.labelled);
            assertEquals(ingester.labels, other.labels);
            assertStored(100, T0, T0 + 1, T0 + 2, T0 + 3);
        }
    }

    @Test
    void learnsFromAnyAnswerWhatTheIngesterKnows() throws Exception {
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester()) {
            Seeds.check(100, random -> {
                WriteBatch batch = RandomBatches.random(random);
                client.push(batch).await();
                ingester.forget();
                client.push(batch).await();
                WriteOutcome outcome = client.push(batch).await();
                for (int row = 0; row < batch.rowCount(); row++) {
                    boolean labels = batch.labelLength[batch.seriesOf(row, 0)] > 0;
                    assertEquals(labels ? SampleStatus.STORED : SampleStatus.UNKNOWN_SERIES, outcome.of(row));
                }
                ingester.forget();
            });
        }
    }

    @Test
    void leavesToTheCallerWhatCameWithoutLabels() throws Exception {
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester()) {
            WriteBatch batch = RandomBatches.scrape(TENANT, 0, 10, T0);
            Arrays.fill(batch.labelLength, 3, 5, 0);
            WriteOutcome outcome = client.push(batch).await();
            assertEquals(2, outcome.count(SampleStatus.UNKNOWN_SERIES));
            assertEquals(3, outcome.first(SampleStatus.UNKNOWN_SERIES));
            assertEquals(8, ingester.samples.size());
        }
    }

    @Test
    void refusesAtOnceWhatWouldPileUp() throws Exception {
        ConnectionsConfig config =
                TestPeer.config(TestPeer.LONG, TestPeer.LONG, 100 << 10, ConnectionsConfig.Compression.NONE);
        try (TestPeer peer = new TestPeer(ingester.service(), config);
                IngesterClient client = peer.ingester()) {
            ingester.durable = new CountDownLatch(1);
            List<PendingPush> pending = new ArrayList<>();
            Failure busy = assertThrows(Failure.class, () -> {
                for (int i = 0; i < 10_000; i++) {
                    pending.add(client.push(RandomBatches.scrape(TENANT, 0, 100, T0 + i)));
                }
            });
            assertEquals(ErrorId.PEER_BUSY, busy.id());
            assertTrue(client.inflightPushBytes() <= 100 << 10);
            ingester.durable.countDown();
            for (PendingPush one : pending) {
                assertEquals(0, one.await().refused());
            }
            assertEquals(0, client.inflightPushBytes());
        }
    }

    @Test
    void givesUpAnIngesterThatDoesNotAnswerInTime() throws Exception {
        ConnectionsConfig config =
                TestPeer.config(Duration.ofMillis(200), TestPeer.LONG, 1 << 20, ConnectionsConfig.Compression.NONE);
        try (TestPeer peer = new TestPeer(ingester.service(), config);
                IngesterClient client = peer.ingester()) {
            ingester.durable = new CountDownLatch(1);
            PendingPush pending = client.push(RandomBatches.scrape(TENANT, 0, 10, T0));
            Failure late = assertThrows(Failure.class, pending::await);
            assertEquals(ErrorId.PEER_TIMEOUT, late.id());
            assertTrue(late.getMessage().contains(peer.address()), late.getMessage());
            ingester.durable.countDown();
        }
    }

    @Test
    void passesOnWhatTheIngesterRefuses() throws Exception {
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester()) {
            ingester.refusal = new Failure(ErrorId.WAL_UNAVAILABLE, "the disk is full: ü");
            Failure failure = assertThrows(Failure.class, client.push(RandomBatches.scrape(TENANT, 0, 1, T0))::await);
            assertEquals(ErrorId.WAL_UNAVAILABLE, failure.id());
            assertEquals(ingester.refusal.getMessage(), failure.getMessage());
            ingester.refusal = new IllegalStateException("a mistake");
            failure = assertThrows(Failure.class, client.push(RandomBatches.scrape(TENANT, 0, 1, T0))::await);
            assertEquals(ErrorId.INTERNAL, failure.id());
            assertTrue(failure.getMessage().contains("a mistake"), failure.getMessage());
            assertTrue(failure.getMessage().contains(peer.address()), failure.getMessage());
        }
    }

    @Test
    void saysWhoIsDown() throws Exception {
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester()) {
            client.push(RandomBatches.scrape(TENANT, 0, 10, T0)).await();
            ingester.durable = new CountDownLatch(1);
            PendingPush pending = client.push(RandomBatches.scrape(TENANT, 0, 10, T0 + 1));
            peer.server.shutdownNow();
            Failure failure = assertThrows(Failure.class, pending::await);
            assertEquals(ErrorId.PEER_UNAVAILABLE, failure.id());
            assertTrue(failure.getMessage().contains("ingester " + peer.address()), failure.getMessage());
            peer.server.awaitTermination();
            failure = assertThrows(Failure.class, client.push(RandomBatches.scrape(TENANT, 0, 10, T0 + 2))::await);
            assertEquals(ErrorId.PEER_UNAVAILABLE, failure.id());
            ingester.durable.countDown();
            assertEquals(0, client.inflightPushBytes());
        }
    }

    @Test
    void countsHowOftenItWasConnected() throws Exception {
        try (TestPeer peer = new TestPeer(ingester.service());
                IngesterClient client = peer.ingester()) {
            assertEquals(0, client.timesConnected());
            client.push(RandomBatches.scrape(TENANT, 0, 10, T0)).await();
            client.push(RandomBatches.scrape(TENANT, 0, 10, T0 + 1)).await();
            assertEquals(1, client.timesConnected());
            peer.restart(ingester.service());
            while (client.timesConnected() == 1) { // it connects by itself
                Thread.onSpinWait();
            }
            client.push(RandomBatches.scrape(TENANT, 0, 10, T0 + 2)).await();
            assertEquals(2, client.timesConnected());
        }
    }

    @Test
    void compressesWhereToldTo() throws Exception {
        ConnectionsConfig config =
                TestPeer.config(TestPeer.LONG, TestPeer.LONG, 1 << 20, ConnectionsConfig.Compression.GZIP);
        try (TestPeer peer = new TestPeer(ingester.service(), config);
                IngesterClient client = peer.ingester()) {
            client.push(RandomBatches.scrape(TENANT, 0, 100, T0)).await();
            client.push(RandomBatches.scrape(TENANT, 0, 100, T0 + 1)).await();
            assertStored(100, T0, T0 + 1);
        }
    }

    @Test
    void sharesAConnectionUntilTheLastClientCloses() throws Exception {
        try (TestPeer peer = new TestPeer(ingester.service())) {
            IngesterClient first = peer.ingester();
            IngesterClient second = peer.ingester();
            assertEquals(1, peer.connections.size());
            first.close();
            first.close();
            second.push(RandomBatches.scrape(TENANT, 0, 10, T0)).await();
            assertEquals(1, peer.connections.size());
            second.close();
            assertEquals(0, peer.connections.size());
            try (IngesterClient third = peer.ingester()) {
                third.push(RandomBatches.scrape(TENANT, 0, 10, T0)).await();
            }
        }
    }
}
