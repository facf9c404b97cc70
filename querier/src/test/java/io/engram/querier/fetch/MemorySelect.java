package io.engram.querier.fetch;

import io.engram.model.TenantId;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.labels.Utf8Order;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.model.read.SeriesTable;
import io.engram.model.replica.ActivityTable;
import io.engram.proto.Select;
import io.engram.proto.SelectCursor;
import io.engram.tsdb.chunk.XorEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A store in memory that keeps each series as the encoded chunks that a test puts into it. */
public final class MemorySelect implements Select {
    private final Map<TenantId, Map<Labels, List<Chunk>>> tenants = new HashMap<>();

    /** Cursors that were opened and not yet closed. */
    public final AtomicInteger openCursors = new AtomicInteger();

    /** Thrown by the next selects, where not null. */
    public volatile RuntimeException failure;

    /** What was asked of this, in order. */
    public final List<Query> asked = Collections.synchronizedList(new ArrayList<>());

    /** What cursors say of replicas. */
    public volatile ActivityTable activity = ActivityTable.EMPTY;

    /** What whoever asks for labels is told. */
    public final List<String> infos = new ArrayList<>();

    private record Chunk(byte encoding, long minTimeMs, long maxTimeMs, byte[] bytes) {}

    /** Adds a chunk; times must rise. */
    public MemorySelect add(TenantId tenant, Labels labels, long[] timesMs, double[] values) {
        XorEncoder encoder = new XorEncoder();
        encoder.reset();
        for (int i = 0; i < timesMs.length; i++) {
            encoder.append(timesMs[i], Double.doubleToRawLongBits(values[i]));
        }
        return addRaw(
                tenant, labels, ChunkEncoding.XOR, timesMs[0], timesMs[timesMs.length - 1], encoder.toByteArray());
    }

    public MemorySelect addRaw(TenantId tenant, Labels labels, byte encoding, long minMs, long maxMs, byte[] bytes) {
        tenants.computeIfAbsent(tenant, _ -> new LinkedHashMap<>())
                .computeIfAbsent(labels, _ -> new ArrayList<>())
                .add(new Chunk(encoding, minMs, maxMs, bytes));
        return this;
    }

    @Override
    public SelectCursor select(Query query) {
        asked.add(query);
        if (failure != null) {
            throw failure;
        }
        List<Labels> found = matching(query);
        List<List<Chunk>> chunks = new ArrayList<>();
        for (Labels labels : found) {
            chunks.add(tenants.get(query.tenant()).get(labels).stream()
                    .filter(chunk -> overlaps(chunk, query))
                    .toList());
        }
        openCursors.incrementAndGet();
        ActivityTable counted = activity.between(SelectCursor.activityFromMs(query.minTimeMs()), query.maxTimeMs());
        return new Cursor(table(found, chunks), chunks, counted);
    }

    private List<Labels> matching(Query query) {
        List<Labels> found = new ArrayList<>();
        tenants.getOrDefault(query.tenant(), Map.of()).forEach((labels, chunks) -> {
            boolean passes = query.matchers().stream().allMatch(m -> m.matches(labels.get(m.name())));
            if (passes && chunks.stream().anyMatch(chunk -> overlaps(chunk, query))) {
                found.add(labels);
            }
        });
        return found;
    }

    private static boolean overlaps(Chunk chunk, Query query) {
        return chunk.minTimeMs <= query.maxTimeMs() && chunk.maxTimeMs >= query.minTimeMs();
    }

    private static SeriesTable table(List<Labels> found, List<List<Chunk>> chunks) {
        int n = found.size();
        List<Label> dictionary = new ArrayList<>();
        List<Integer> ids = new ArrayList<>();
        SeriesTable table = new SeriesTable(
                new Label[0],
                new long[n],
                new long[n],
                new int[n + 1],
                new int[0],
                new long[n],
                new long[n],
                new int[n]);
        for (int i = 0; i < n; i++) {
            Labels labels = found.get(i);
            table.fingerprintHi()[i] = labels.toString().hashCode() * 0x9e3779b97f4a7c15L;
            table.fingerprintLo()[i] = labels.hashCode() * 0xc2b2ae3d27d4eb4fL;
            for (int j = 0; j < labels.size(); j++) {
                ids.add(dictionary.size());
                dictionary.add(labels.at(j));
            }
            table.labelStart()[i + 1] = ids.size();
            table.minTimeMs()[i] = chunks.get(i).getFirst().minTimeMs;
            table.maxTimeMs()[i] = chunks.get(i).getLast().maxTimeMs;
            table.chunkCount()[i] = chunks.get(i).size();
        }
        return new SeriesTable(
                dictionary.toArray(Label[]::new),
                table.fingerprintHi(),
                table.fingerprintLo(),
                table.labelStart(),
                ids.stream().mapToInt(Integer::intValue).toArray(),
                table.minTimeMs(),
                table.maxTimeMs(),
                table.chunkCount());
    }

    @Override
    public List<String> labelNames(Query query) {
        TreeSet<String> names = new TreeSet<>(Utf8Order::compare);
        for (Labels labels : matching(query)) {
            for (int i = 0; i < labels.size(); i++) {
                names.add(labels.at(i).name());
            }
        }
        return List.copyOf(names);
    }

    @Override
    public List<String> labelNames(Query query, Consumer<String> told) {
        infos.forEach(told);
        return labelNames(query);
    }

    @Override
    public List<String> labelValues(String name, Query query) {
        TreeSet<String> values = new TreeSet<>(Utf8Order::compare);
        matching(query).stream()
                .map(labels -> labels.get(name))
                .filter(v -> !v.isEmpty())
                .forEach(values::add);
        return List.copyOf(values);
    }

    @Override
    public List<String> labelValues(String name, Query query, Consumer<String> told) {
        infos.forEach(told);
        return labelValues(name, query);
    }

    /** All of a name, for {@link Query}. */
    public static List<Matcher> named(String name) {
        return List.of(Matcher.equal(Label.METRIC_NAME, name));
    }

    private final class Cursor implements SelectCursor {
        private final SeriesTable table;
        private final List<List<Chunk>> chunks;
        private final ActivityTable counted;

        Cursor(SeriesTable table, List<List<Chunk>> chunks, ActivityTable counted) {
            this.table = table;
            this.chunks = chunks;
            this.counted = counted;
        }

        @Override
        public ActivityTable activity() {
            return counted;
        }

        @Override
        public SeriesTable series() {
            return table;
        }

        @Override
        public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
            for (int i = from; i < to; i++) {
                for (Chunk chunk : chunks.get(ordinals[i])) {
                    int at = into.addChunk(chunk.encoding, chunk.minTimeMs, chunk.maxTimeMs, chunk.bytes.length);
                    System.arraycopy(chunk.bytes, 0, into.data, at, chunk.bytes.length);
                }
                into.endSeries();
            }
        }

        @Override
        public void close() {
            openCursors.decrementAndGet();
        }
    }
}
