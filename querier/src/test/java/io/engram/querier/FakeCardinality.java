package io.engram.querier;

import io.engram.model.TenantId;
import io.engram.model.cardinality.Count;
import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.cardinality.NamesCardinality;
import io.engram.model.cardinality.ValuesCardinality;
import io.engram.model.read.LabelsBatch;
import io.engram.proto.Cardinality;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Remembers what it was asked; its numbers are the limit that it was given. */
final class FakeCardinality implements Cardinality {
    volatile Query asked;
    volatile HeadCardinality head = HeadCardinality.NONE;
    /** How many series {@link #labels} finds. */
    volatile int seriesCount;

    volatile int closed;

    @Override
    public long series(Query query) {
        return query.which() == Which.ACTIVE ? 5 : 7;
    }

    @Override
    public NamesCardinality names(Query query, int limit) {
        asked = query;
        return new NamesCardinality(2, 9, List.of(new Count("job", limit)));
    }

    @Override
    public List<ValuesCardinality> values(List<String> names, Query query, int limit) {
        asked = query;
        return names.stream()
                .map(name -> new ValuesCardinality(name, 3, name.length(), List.of(new Count("x", limit))))
                .toList();
    }

    @Override
    public HeadCardinality head(TenantId tenant, int limit) {
        return head;
    }

    /** Series {@code {n="i\"é"}}. */
    @Override
    public SeriesLabels labels(Query query) {
        asked = query;
        return new SeriesLabels() {
            private int at;

            @Override
            public boolean next(LabelsBatch into, int bytes) {
                into.clear();
                for (; at < seriesCount && into.sizeBytes() < bytes; at++) {
                    byte[] value = (at + "\"é").getBytes(StandardCharsets.UTF_8);
                    byte[] head = {0x0A, 1, 'n', 0x12, (byte) value.length};
                    byte[] pair = Arrays.copyOf(head, head.length + value.length);
                    System.arraycopy(value, 0, pair, head.length, value.length);
                    into.addPair(pair, 0, pair.length);
                    into.endSeries();
                }
                return into.count() > 0;
            }

            @Override
            public void close() {
                closed++;
            }
        };
    }
}
