package io.engram.storegateway;

import io.engram.model.hash.SeriesHash;
import io.engram.model.labels.Matcher;
import io.engram.proto.Select;
import io.engram.tsdb.block.CorruptBlock;
import io.engram.tsdb.block.PostingsRange;
import io.engram.tsdb.block.SelectionPlan;
import io.engram.tsdb.block.SeriesEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.roaringbitmap.RoaringBitmap;

/**
 * One select on one block, which its header stays retained for. For one thread.
 *
 * <ol>
 *   <li>Plan: the offset table in the header says which postings lists there are. Those of single values are read together.
 *   <li>Evaluate, reading further lists, or series where these are fewer bytes.
 *   <li>Read the entries of the series that are left, as much of the index at a time as a range may have.
 * </ol>
 */
final class BlockSelect {
    /** A matcher with so many lists at most is read ahead of the evaluation. */
    private static final int EXPECTED_LISTS = 32;

    /** And only where they are so small together: reading in vain is cheap then, a second round trip is not. */
    private static final long EXPECTED_BYTES = 1 << 20;

    private final IndexHeader header;
    private final Select.Query query;
    private final SeriesReader series;
    private final BucketLists lists;
    private final FetchLimits limits;
    private final GatewayMetrics metrics;
    private final SeriesEntry entry = new SeriesEntry();

    BlockSelect(
            IndexHeader header,
            Select.Query query,
            SeriesReader series,
            BucketLists lists,
            FetchLimits limits,
            GatewayMetrics metrics) {
        this.header = header;
        this.query = query;
        this.series = series;
        this.lists = lists;
        this.limits = limits;
        this.metrics = metrics;
    }

    /** The series that pass and have chunks in the asked range that are not deleted altogether. */
    BlockSeries series(SeriesHash hash) {
        return reported(() -> {
            BlockSeries found = new BlockSeries(header, hash);
            if (header.meta().overlaps(query.minTimeMs(), query.maxTimeMs())) {
                series.forEach(
                        select(),
                        entry,
                        () -> limits.addChunks(found.add(
                                entry, header.tombstones().of(entry.ref), query.minTimeMs(), query.maxTimeMs())));
            }
            found.chunks.trim();
            return found;
        });
    }

    /** Names of labels, sorted by UTF-8. */
    List<String> names() {
        return reported(() -> {
            if (!header.meta().overlaps(query.minTimeMs(), query.maxTimeMs())) {
                return List.of();
            }
            if (query.matchers().isEmpty()) {
                return header.postings().names();
            }
            BitSet found = new BitSet(); // by symbol: their order is that of the names
            series.forEach(select(), entry, () -> {
                for (int i = 0; i < entry.symbolCount; i += 2) {
                    found.set(entry.symbols[i]);
                }
            });
            return texts(found);
        });
    }

    /** Values of a label, sorted by UTF-8. */
    List<String> values(String name) {
        return reported(() -> {
            if (!header.meta().overlaps(query.minTimeMs(), query.maxTimeMs())) {
                return List.of();
            }
            List<String> values = new ArrayList<>();
            List<PostingsRange> ranges = header.postings().ranges(name, value -> {
                values.add(new String(value, StandardCharsets.UTF_8));
                return true;
            });
            if (query.matchers().isEmpty() || ranges.isEmpty()) {
                return values;
            }
            RoaringBitmap selection = select();
            long listBytes = ranges.stream()
                    .mapToLong(range -> range.endOffset() - range.offset())
                    .sum();
            return selection.getLongCardinality() * header.averageEntryBytes() < listBytes
                    ? valuesOfSeries(name, selection)
                    : valuesOfLists(values, ranges, selection);
        });
    }

    private List<String> valuesOfSeries(String name, RoaringBitmap selection) {
        int symbol = header.symbols().find(name.getBytes(StandardCharsets.UTF_8));
        BitSet found = new BitSet();
        series.forEach(selection, entry, () -> {
            int value = entry.value(symbol);
            if (value >= 0) {
                found.set(value);
            }
        });
        return texts(found);
    }

    private List<String> valuesOfLists(List<String> values, List<PostingsRange> ranges, RoaringBitmap selection) {
        boolean[] meets = lists.intersecting(ranges, selection);
        return Stream.iterate(0, i -> i < values.size(), i -> i + 1)
                .filter(i -> meets[i])
                .map(values::get)
                .toList();
    }

    private List<String> texts(BitSet symbols) {
        return symbols.stream().mapToObj(header.symbols()::text).toList();
    }

    private RoaringBitmap select() {
        List<Matcher> matchers = query.matchers();
        SelectionPlan plan = new SelectionPlan(matchers, header.postings());
        lists.expect(expected(plan));
        RoaringBitmap selection = plan.evaluate(lists);
        limits.addSeries(selection.getLongCardinality());
        return selection;
    }

    /** What the evaluation will very likely ask for. */
    private static List<PostingsRange> expected(SelectionPlan plan) {
        List<PostingsRange> expected = new ArrayList<>();
        long bytes = 0;
        for (SelectionPlan.Term term : Stream.concat(plan.required().stream(), plan.forbidden().stream())
                .toList()) {
            if (term.mostLists() > EXPECTED_LISTS) {
                continue;
            }
            List<PostingsRange> ranges = term.lists();
            long more = ranges.stream()
                    .mapToLong(range -> range.endOffset() - range.offset())
                    .sum();
            if (term.required() && ranges.isEmpty()) {
                return List.of(); // nothing passes
            }
            if (bytes + more <= EXPECTED_BYTES) {
                expected.addAll(ranges);
                bytes += more;
            }
        }
        return expected;
    }

    private interface Work<T> {
        T run();
    }

    /** What a file that is too short leads to is a failure of the query. */
    private <T> T reported(Work<T> work) {
        try {
            return work.run();
        } catch (CorruptBlock e) {
            metrics.damage();
            throw Failures.damaged(header.key().tenant(), e);
        }
    }
}
