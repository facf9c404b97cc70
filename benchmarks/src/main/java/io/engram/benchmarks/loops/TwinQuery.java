package io.engram.benchmarks.loops;

import io.engram.benchmarks.e2e.Workload;
import io.engram.model.TenantId;
import io.engram.model.hash.SeriesHash;
import io.engram.model.limits.Limits;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.model.replica.ActivityTable;
import io.engram.model.write.WriteBatch;
import io.engram.promql.engine.Engine;
import io.engram.promql.engine.EngineConfig;
import io.engram.promql.engine.QueryOptions;
import io.engram.promql.engine.QueryResult;
import io.engram.proto.Select;
import io.engram.proto.SelectCursor;
import io.engram.querier.fetch.FetchBudget;
import io.engram.querier.fetch.Queryable;
import io.engram.querier.fetch.ReplicaRule;
import io.engram.server.config.ConfigLoader;
import io.engram.tsdb.head.HeadSelection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time of a query over all of a head's series, three hours at 15 s, in one thread: as one replica sent them, or two whose
 * samples all differ. The query is found, fetched, decoded, merged and evaluated as in the server; only HTTP is left out.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TwinQuery {
    private static final int SERIES = 1500;
    private static final int ROUNDS = 720;
    private static final long INTERVAL_MS = 15_000;
    /** Of the head's grid: at its end a replica that stands by has most pieces. */
    private static final long CELL_MS = 1_800_000;

    private static final TenantId TENANT = BenchHead.TENANT;

    @Param({"1", "2"})
    int replicas;

    @Param({"sum(rate({__name__=~\".+\"}[5m]))", "max by (__name__) ({__name__=~\".+\"})"})
    String query;

    /** Three hours each minute, or their end. */
    @Param({"range", "instant"})
    String times;

    private final Engine engine = new Engine(new EngineConfig(1, 512, Duration.ofMinutes(1)));
    private final Queryable queryable = new Queryable(List.of(select()));
    private BenchHead head;
    private long endMs;

    @Setup
    public void write() throws IOException, InterruptedException {
        head = BenchHead.open(1);
        List<Workload.Series> plain = Workload.series(SERIES, 0);
        endMs = System.currentTimeMillis() / CELL_MS * CELL_MS;
        WriteBatch[] batches = new WriteBatch[replicas];
        for (int replica = 0; replica < replicas; replica++) {
            List<Workload.Series> series = new ArrayList<>();
            for (Workload.Series one : plain) {
                series.add(new Workload.Series(withReplica(one.labels(), "" + replica), one.kind(), one.seed()));
            }
            batches[replica] = Batches.of(TENANT, series, SERIES, new SeriesHash(1, TENANT))[0];
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int replica = 0; replica < replicas; replica++) {
                WriteBatch batch = batches[replica];
                for (int i = 0; i < SERIES; i++) {
                    batch.timestampMs[i] = endMs - (ROUNDS - round) * INTERVAL_MS + replica * 7_000;
                    batch.valueBits[i] = Double.doubleToRawLongBits(plain.get(i).value(round));
                }
                head.heads.append(batch).await();
            }
            if (round % 4 == 0) {
                head.heads.maintain(); // as each minute
            }
        }
    }

    /** Behind the metric's name, which is the first label: that is where the order of names puts it. */
    private static byte[] withReplica(byte[] labels, String replica) {
        ByteArrayOutputStream with = new ByteArrayOutputStream();
        int first = 2 + labels[1];
        with.write(labels, 0, first);
        byte[] name = "__replica__".getBytes(StandardCharsets.UTF_8);
        with.write(0x0A);
        with.write(4 + name.length + replica.length());
        with.write(0x0A);
        with.write(name.length);
        with.writeBytes(name);
        with.write(0x12);
        with.write(replica.length());
        with.writeBytes(replica.getBytes(StandardCharsets.UTF_8));
        with.write(labels, first, labels.length - first);
        return with.toByteArray();
    }

    @Benchmark
    public QueryResult query() {
        Limits limits = ConfigLoader.record(Limits.class, Map.of());
        var storage = queryable.storage(TENANT, ReplicaRule.of(limits), new FetchBudget(0, 0, 0), endMs);
        boolean range = times.equals("range");
        long startMs = range ? endMs - ROUNDS * INTERVAL_MS : endMs;
        long stepMs = range ? 60_000 : 0;
        return engine.run(
                query, storage, new QueryOptions(startMs, endMs, stepMs, 300_000, 60_000, 0, false, () -> false));
    }

    private Select select() {
        return new Select() {
            @Override
            public SelectCursor select(Query asked) {
                return new Cursor(
                        head.heads.select(TENANT, asked.matchers(), asked.minTimeMs(), asked.maxTimeMs()),
                        head.heads
                                .activity(TENANT)
                                .between(SelectCursor.activityFromMs(asked.minTimeMs()), asked.maxTimeMs()));
            }

            @Override
            public List<String> labelNames(Query asked) {
                return List.of();
            }

            @Override
            public List<String> labelValues(String name, Query asked) {
                return List.of();
            }
        };
    }

    private record Cursor(HeadSelection selection, ActivityTable activity) implements SelectCursor {
        @Override
        public SeriesTable series() {
            return selection.series();
        }

        @Override
        public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
            selection.fetch(ordinals, from, to, into);
        }

        @Override
        public void close() {
            selection.close();
        }
    }

    @TearDown
    public void close() throws IOException {
        engine.close();
        head.close();
    }
}
