package io.engram.querier.copies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.cardinality.Count;
import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.cardinality.NamesCardinality;
import io.engram.model.cardinality.ValuesCardinality;
import io.engram.model.labels.Labels;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.metadata.MetricType;
import io.engram.model.read.Exemplar;
import io.engram.model.read.LabelsBatch;
import io.engram.model.read.SeriesExemplars;
import io.engram.proto.Cardinality;
import io.engram.proto.MetadataSource;
import io.engram.proto.SelectExemplars;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import io.engram.ring.RingReads;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Three ingesters with everything each, of which one may be down: what is counted is counted once. */
final class IngestersCountsTest {
    private static final TenantId TENANT = new TenantId("team-a");
    private static final Cardinality.Query QUERY =
            new Cardinality.Query(TENANT, List.of(), Cardinality.Which.IN_MEMORY, List.of());

    private int down = -1;

    private RingReads reads() {
        return reads(Duration.ofMinutes(1));
    }

    private RingReads reads(Duration patience) {
        List<Instance> members = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            members.add(new Instance("i" + i, "", "zone-" + i, Instance.State.ACTIVE, List.of(i)));
        }
        Ring ring = Ring.of(members);
        return new RingReads(() -> ring, (all, _) -> all, 3, patience);
    }

    private <T> Function<Instance, T> way(Function<String, T> to) {
        return instance -> {
            if (instance.id().equals("i" + down)) {
                throw new IllegalStateException("down");
            }
            return to.apply(instance.id());
        };
    }

    /** An ingester with some series of one label. */
    private static class Some implements Cardinality {
        private final List<String> values;

        Some(List<String> values) {
            this.values = values;
        }

        @Override
        public long series(Query query) {
            return values.size();
        }

        @Override
        public NamesCardinality names(Query query, int limit) {
            return new NamesCardinality(1, values.size(), List.of(new Count("name", values.size())));
        }

        @Override
        public List<ValuesCardinality> values(List<String> names, Query query, int limit) {
            return List.of(new ValuesCardinality(
                    "name",
                    values.size(),
                    values.size(),
                    values.stream()
                            .map(value -> new Count(value, 1))
                            .limit(limit)
                            .toList()));
        }

        @Override
        public HeadCardinality head(TenantId tenant, int limit) {
            List<Count> counts = List.of(new Count("name", values.size()));
            return new HeadCardinality(values.size(), values.size(), 6, 5, 9, counts, counts, counts, counts);
        }

        @Override
        public SeriesLabels labels(Query query) {
            var left = values.iterator();
            return new SeriesLabels() {
                @Override
                public boolean next(LabelsBatch into, int bytes) {
                    into.clear();
                    while (left.hasNext() && into.sizeBytes() < bytes) {
                        byte[] value = left.next().getBytes(StandardCharsets.UTF_8);
                        byte[] pair = new byte[5 + value.length];
                        pair[0] = 0x0A;
                        pair[1] = 1;
                        pair[2] = 'n';
                        pair[3] = 0x12;
                        pair[4] = (byte) value.length;
                        System.arraycopy(value, 0, pair, 5, value.length);
                        into.addPair(pair, 0, pair.length);
                        into.endSeries();
                    }
                    return into.count() > 0;
                }

                @Override
                public void close() {}
            };
        }
    }

    private static TreeSet<String> all(Cardinality.SeriesLabels labels) {
        TreeSet<String> all = new TreeSet<>();
        LabelsBatch batch = new LabelsBatch();
        while (labels.next(batch, 20)) {
            for (int i = 0; i < batch.count(); i++) {
                batch.forEachLabel(i, (bytes, nameFrom, nameLength, valueFrom, valueLength) -> {
                    String value = new String(bytes, valueFrom, valueLength, StandardCharsets.UTF_8);
                    assertEquals(true, all.add(value), value + " came twice");
                });
            }
        }
        return all;
    }

    @Test
    void seriesOfCopiesCountOnce() {
        List<String> values = List.of("a", "b", "c", "d", "e", "f", "g");
        for (down = -1; down < 3; down++) {
            Cardinality counts = new IngestersCardinality(reads(), way(_ -> new Some(values)));
            assertEquals(7, counts.series(QUERY));
            assertEquals(new Some(values).names(QUERY, 9), counts.names(QUERY, 9));
            assertEquals(new Some(values).values(List.of("name"), QUERY, 3), counts.values(List.of("name"), QUERY, 3));
            assertEquals(new Some(values).head(TENANT, 9), counts.head(TENANT, 9));
            try (var labels = counts.labels(QUERY)) {
                assertEquals(new TreeSet<>(values), all(labels));
            }
        }
    }

    /** The labels of this one never come. */
    private static final class Hanging extends Some {
        private final CountDownLatch ended;

        Hanging(CountDownLatch ended) {
            super(List.of());
            this.ended = ended;
        }

        @Override
        public SeriesLabels labels(Query query) {
            return new SeriesLabels() {
                @Override
                public boolean next(LabelsBatch into, int bytes) {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException _) {
                        ended.countDown();
                    }
                    throw new IllegalStateException("nobody listens");
                }

                @Override
                public void close() {}
            };
        }
    }

    @Test
    void labelsOfOneThatHangsAreReadFromOthers() throws Exception {
        List<String> values = List.of("a", "b", "c", "d", "e", "f", "g");
        CountDownLatch ended = new CountDownLatch(1);
        Cardinality counts = new IngestersCardinality(
                reads(Duration.ofSeconds(1)), way(id -> id.equals("i1") ? new Hanging(ended) : new Some(values)));
        try (var labels = counts.labels(QUERY)) {
            assertEquals(new TreeSet<>(values), all(labels));
        }
        ended.await(); // it was told to stop
    }

    @Test
    void labelsAreThoseOfAllWhereCopiesDiffer() {
        Map<String, List<String>> of = Map.of("i0", List.of("a", "b"), "i1", List.of("b", "c"), "i2", List.of("c"));
        Cardinality counts = new IngestersCardinality(reads(), way(id -> new Some(of.get(id))));
        try (var labels = counts.labels(QUERY)) {
            assertEquals(new TreeSet<>(List.of("a", "b", "c")), all(labels));
        }
    }

    @Test
    void exemplarsAndMetadataComeOnce() {
        Labels up = Labels.of("__name__", "up");
        Exemplar first = new Exemplar(10, 1, Labels.of("trace_id", "1"));
        Exemplar second = new Exemplar(20, 2, Labels.of("trace_id", "2"));
        MetricMetadata known = new MetricMetadata("up", MetricType.GAUGE, "help", "");
        SelectExemplars some = _ -> List.of(new SeriesExemplars(up, List.of(first)));
        SelectExemplars more = _ -> List.of(new SeriesExemplars(up, List.of(first, second)));
        MetadataSource metadata = (_, _) -> List.of(known);
        down = 1;
        IngestersExtras extras =
                new IngestersExtras(reads(), way(id -> id.equals("i0") ? some : more), way(_ -> metadata));
        List<String> infos = new ArrayList<>();
        assertEquals(
                List.of(new SeriesExemplars(up, List.of(first, second))),
                extras.selectExemplars(new SelectExemplars.Query(TENANT, List.of(), 0, 100), infos::add));
        assertEquals(List.of(known), extras.metadata(TENANT, "", infos::add));
        assertEquals(2, infos.size());
        assertTrue(infos.getFirst().contains(" did not answer; its copies were read from others"), infos.getFirst());
    }
}
