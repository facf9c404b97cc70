package io.engram.storegateway;

import com.github.benmanes.caffeine.cache.Cache;
import io.engram.model.labels.Matcher;
import io.engram.tsdb.block.CorruptBlock;
import io.engram.tsdb.block.IndexContents;
import io.engram.tsdb.block.IndexFormat;
import io.engram.tsdb.block.PostingsList;
import io.engram.tsdb.block.PostingsRange;
import io.engram.tsdb.block.SelectionPlan;
import io.engram.tsdb.block.SeriesEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.roaringbitmap.RoaringBitmap;

/** Reads postings lists of one block from the bucket, those that lie together at once. For one thread. */
final class BucketLists implements SelectionPlan.Lists {
    /** Reading so little more is cheaper than any other way. */
    private static final long SMALL_LIST_BYTES = 256 << 10;

    /** Lists that are united at a time. */
    private static final int UNION_LISTS = 1024;

    private final IndexHeader header;
    private final SeriesReader series;
    private final Cache<PostingsKey, RoaringBitmap> cache;
    private final RangeReads reads;
    private final StoreGatewayConfig config;
    private final FetchLimits limits;
    private final GatewayMetrics metrics;
    private final SeriesEntry entry = new SeriesEntry();
    /** Lists that were expected and not asked for yet; nobody changes them. */
    private final Map<PostingsRange, RoaringBitmap> expected = new HashMap<>();

    /** A list of a block. */
    record PostingsKey(long handle, long offset) {}

    BucketLists(
            IndexHeader header,
            SeriesReader series,
            Cache<PostingsKey, RoaringBitmap> cache,
            RangeReads reads,
            StoreGatewayConfig config,
            FetchLimits limits,
            GatewayMetrics metrics) {
        this.header = header;
        this.series = series;
        this.cache = cache;
        this.reads = reads;
        this.config = config;
        this.limits = limits;
        this.metrics = metrics;
    }

    @Override
    public void expect(List<PostingsRange> ranges) {
        forEach(ranges, expected::put);
    }

    @Override
    public RoaringBitmap read(PostingsRange range) {
        RoaringBitmap[] found = {expected.get(range)};
        if (found[0] == null) {
            forEach(List.of(range), (_, list) -> found[0] = list);
        }
        return found[0].clone();
    }

    @Override
    public RoaringBitmap union(List<PostingsRange> ranges) {
        RoaringBitmap union = new RoaringBitmap();
        for (int from = 0; from < ranges.size(); from += UNION_LISTS) {
            List<PostingsRange> part = ranges.subList(from, Math.min(ranges.size(), from + UNION_LISTS));
            forEach(part, (_, list) -> union.or(list));
        }
        return union;
    }

    /** Of each list, whether it has one of the series. */
    boolean[] intersecting(List<PostingsRange> ranges, RoaringBitmap selection) {
        Map<PostingsRange, Integer> places = new HashMap<>();
        for (int i = 0; i < ranges.size(); i++) {
            places.put(ranges.get(i), i);
        }
        boolean[] meets = new boolean[ranges.size()];
        forEach(ranges, (range, list) -> meets[places.get(range)] = RoaringBitmap.intersects(list, selection));
        return meets;
    }

    /** Hands over each list once, in any order; they are the cache's, and not changed. */
    private void forEach(List<PostingsRange> ranges, BiConsumer<PostingsRange, RoaringBitmap> to) {
        List<PostingsRange> missing = new ArrayList<>();
        for (PostingsRange range : ranges) {
            check(range);
            RoaringBitmap known = expected.get(range);
            if (known == null) {
                limits.addBytes(range.endOffset() - range.offset());
                known = cache.getIfPresent(key(range));
            }
            if (known == null) {
                missing.add(range);
            } else {
                to.accept(range, known);
            }
        }
        missing.sort(Comparator.comparingLong(PostingsRange::offset));
        List<Range> wanted = missing.stream()
                .map(range -> new Range(range.offset(), range.endOffset()))
                .toList();
        int next = 0;
        for (Range range : Range.coalesce(wanted, config.maxGapSize(), config.maxRangeSize())) {
            byte[] bytes = reads.read(header.index(), range);
            for (; next < missing.size() && missing.get(next).offset() < range.end(); next++) {
                PostingsRange one = missing.get(next);
                RoaringBitmap list = decode(one, bytes, range.offset());
                cache.put(key(one), list);
                to.accept(one, list);
            }
        }
    }

    private void check(PostingsRange range) {
        IndexContents contents = header.contents();
        if (range.offset() < contents.postings()
                || range.offset() + IndexFormat.POSTINGS_FRAME_BYTES > range.endOffset()
                || range.endOffset() > contents.postingsEnd()) {
            metrics.damage();
            throw Failures.damaged(
                    header.key().tenant(),
                    header.index()
                            .path()
                            .corrupt(
                                    range.offset(),
                                    "postings between " + contents.postings() + " and " + contents.postingsEnd(),
                                    "a reference to bytes " + range.offset() + " to " + range.endOffset()));
        }
    }

    private RoaringBitmap decode(PostingsRange range, byte[] bytes, long bytesAt) {
        try {
            return decodeOnce(range, bytes, bytesAt);
        } catch (CorruptBlock first) {
            metrics.doubt();
            byte[] again = reads.read(header.index(), new Range(range.offset(), range.endOffset()));
            try {
                return decodeOnce(range, again, range.offset());
            } catch (CorruptBlock second) {
                metrics.damage();
                throw Failures.damaged(header.key().tenant(), second);
            }
        }
    }

    private RoaringBitmap decodeOnce(PostingsRange range, byte[] bytes, long bytesAt) {
        int from = (int) (range.offset() - bytesAt);
        int until = (int) (range.endOffset() - bytesAt);
        RoaringBitmap list =
                PostingsList.decode(bytes, from, until, header.index().path(), range.offset());
        list.trim();
        return list;
    }

    private PostingsKey key(PostingsRange range) {
        return new PostingsKey(header.index().handle(), range.offset());
    }

    @Override
    public boolean passes(int ref, Matcher matcher) {
        series.read(ref, entry);
        return entryPasses(nameSymbol(matcher), matcher);
    }

    private int nameSymbol(Matcher matcher) {
        return header.symbols().find(matcher.name().getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the entry at hand passes. */
    private boolean entryPasses(int name, Matcher matcher) {
        int value = name < 0 ? -1 : entry.value(name);
        return matcher.matches(value < 0 ? "" : header.symbols().text(value));
    }

    @Override
    public RoaringBitmap passing(RoaringBitmap refs, Matcher matcher) {
        int name = nameSymbol(matcher);
        RoaringBitmap passing = new RoaringBitmap();
        series.forEach(refs, entry, () -> {
            if (entryPasses(name, matcher)) {
                passing.add(entry.ref);
            }
        });
        return passing;
    }

    /** The entries of series that pass are read in any case; so are those of others, if these are no more bytes than the lists. */
    @Override
    public boolean prefersSeries(long count, long lists, long listBytes) {
        if (listBytes > 0) {
            return listBytes > SMALL_LIST_BYTES && count * header.averageEntryBytes() < listBytes;
        }
        return SelectionPlan.Lists.super.prefersSeries(count, lists, listBytes);
    }
}
