package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.hash.SeriesHash;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.labels.Matcher.Type;
import io.engram.model.labels.Utf8Order;
import io.engram.model.read.SeriesTable;
import io.engram.model.replica.ActivityBuilder;
import io.engram.model.replica.ActivityTable;
import io.engram.model.testing.Seeds;
import io.engram.proto.SelectBlocks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Selects over the bucket answer as readers of the same blocks on a disk do, and as a filter over a map. */
class SelectTest {
    private static final String[] PATTERNS = {
        "", ".*", ".+", "v1", "v1|v2", "|v1", "v1.*", ".*1.*", "v(1|2|3)", "v[0-4]+", "[^v]*", "nothing", "ä.*", "v1.+"
    };

    @TempDir
    Path folder;

    @Test
    void answersAsLocalBlocksDo() {
        Seeds.check(2, random -> compare(new Fixture(folder), random));
    }

    @Test
    void answersTheSameWithoutCachesAndWithSmallRanges() {
        Seeds.check(2, random -> compare(new Fixture(folder, Fixture.bareConfig()), random));
    }

    @Test
    void bringsTheActivityOfTheReplicasAlong() throws IOException {
        Fixture fixture = new Fixture(folder);
        SplittableRandom random = Seeds.random();
        long first = ActivityTable.window(TestBlock.START_MS);
        List<BlockId> ids = new ArrayList<>();
        for (long more : new long[] {0, 5}) { // two ingesters' blocks: the second one saw more
            TestBlock block = new TestBlock();
            block.series.put(
                    Labels.of("__name__", "up", "__replica__", "a"), TestBlock.times(TestBlock.START_MS, 240, 15_000));
            ActivityBuilder counts = ActivityTable.builder();
            for (long window = first; window < first + 12; window++) {
                counts.add("", "a", window, 20 + more, 1);
            }
            block.activity = counts.build();
            ids.add(fixture.upload(block, random));
        }
        long minMs = ActivityTable.startMs(first + 5);
        try (SelectBlocks.Cursor cursor =
                fixture.gateway.select(Fixture.query(ids, minMs, ActivityTable.startMs(first + 6), List.of()))) {
            ActivityTable activity = cursor.activity();
            assertEquals(4, activity.cellCount());
            assertEquals(first + 3, activity.cluster("").firstWindow());
            assertEquals(first + 6, activity.cluster("").lastWindow());
            assertEquals(25, activity.cluster("").samples(0, first + 3));
        }
    }

    private void compare(Fixture fixture, SplittableRandom random) throws IOException {
        List<TestBlock> models = new ArrayList<>();
        List<BlockId> ids = new ArrayList<>();
        for (int b = random.nextInt(1, 4); b > 0; b--) {
            TestBlock block = TestBlock.next(random, 150, 700);
            models.add(block);
            ids.add(fixture.upload(block, random));
        }
        for (int i = 0; i < 80; i++) {
            List<Matcher> matchers = matchers(random);
            boolean all = random.nextInt(3) > 0;
            long minMs = all ? Long.MIN_VALUE : TestBlock.START_MS + random.nextInt(20_000_000);
            long maxMs = all ? Long.MAX_VALUE : minMs + random.nextInt(20_000_000);
            SelectBlocks.Query query = Fixture.query(ids, minMs, maxMs, matchers);
            SelectBlocks.Cursor cursor = fixture.gateway.select(query);
            assertEquals(Set.copyOf(ids), cursor.blocks());
            checkTable(cursor.series());
            TreeMap<Labels, List<String>> found = Answers.of(cursor, random);
            assertEquals(
                    Answers.ofLocal(fixture.blocks, ids, minMs, maxMs, matchers), found, () -> "series of " + query);
            if (all) {
                Set<Labels> expected = passing(models, matchers);
                assertEquals(expected, found.keySet(), matchers.toString());
                checkStrings(fixture.gateway, query, expected);
            }
        }
    }

    private static void checkTable(SeriesTable table) {
        SeriesHash hash = new SeriesHash(Fixture.SEED, Fixture.TENANT);
        long[] hi = new long[1];
        long[] lo = new long[1];
        Set<Labels> seen = new HashSet<>();
        for (int i = 0; i < table.size(); i++) {
            byte[] canonical = Canonical.bytes(table.labels(i));
            hash.fingerprint(canonical, 0, canonical.length, hi, lo, 0);
            assertEquals(hi[0], table.fingerprintHi()[i]);
            assertEquals(lo[0], table.fingerprintLo()[i]);
            assertTrue(table.minTimeMs()[i] <= table.maxTimeMs()[i]);
            assertTrue(seen.add(table.labels(i)), "each series once");
        }
    }

    private static Set<Labels> passing(List<TestBlock> models, List<Matcher> matchers) {
        Set<Labels> passing = new TreeSet<>();
        for (TestBlock model : models) {
            for (Labels labels : model.series.keySet()) {
                if (matchers.stream().allMatch(m -> m.matches(labels.get(m.name())))) {
                    passing.add(labels);
                }
            }
        }
        return passing;
    }

    private static void checkStrings(StoreGateway gateway, SelectBlocks.Query query, Set<Labels> series) {
        TreeSet<String> names = new TreeSet<>(Utf8Order::compare);
        for (Labels labels : series) {
            for (int i = 0; i < labels.size(); i++) {
                names.add(labels.at(i).name());
            }
        }
        assertEquals(
                new SelectBlocks.Strings(Set.copyOf(query.blocks()), List.copyOf(names)), gateway.labelNames(query));
        for (String name : List.of("job", "größe", "missing")) {
            TreeSet<String> values = new TreeSet<>(Utf8Order::compare);
            series.stream().filter(labels -> labels.has(name)).forEach(labels -> values.add(labels.get(name)));
            assertEquals(
                    new SelectBlocks.Strings(Set.copyOf(query.blocks()), List.copyOf(values)),
                    gateway.labelValues(name, query),
                    () -> name + " of " + query);
        }
    }

    private static List<Matcher> matchers(SplittableRandom random) {
        List<Matcher> matchers = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            String name = random.nextInt(20) == 0 ? "missing" : TestBlock.NAMES[random.nextInt(TestBlock.NAMES.length)];
            matchers.add(
                    new Matcher(Type.values()[random.nextInt(4)], name, PATTERNS[random.nextInt(PATTERNS.length)]));
        }
        return matchers;
    }

    @Test
    void opensBlocksOfWhichMetaJsonNamesNoFiles() throws IOException {
        SplittableRandom random = Seeds.random();
        Fixture fixture = new Fixture(folder);
        BlockId id = TestBlock.id(random);
        Path block = TestBlock.next(random, 20, 200).write(fixture.blocks, id, random);
        for (String file : List.of("index", "chunks/000001", "meta.json")) {
            fixture.bucket.upload(Fixture.TENANT.value() + "/" + id + "/" + file, block.resolve(file));
        }
        assertEquals(
                Answers.ofLocal(fixture.blocks, List.of(id), Long.MIN_VALUE, Long.MAX_VALUE, List.of()),
                Answers.of(fixture.gateway.select(fixture.query(List.of(id))), random));
    }

    @Test
    void leavesOutBlocksThatTheBucketDoesNotHave() throws IOException {
        SplittableRandom random = Seeds.random();
        Fixture fixture = new Fixture(folder);
        BlockId there = fixture.upload(TestBlock.next(random, 20, 20), random);
        BlockId gone = TestBlock.id(random);
        SelectBlocks.Query query = fixture.query(List.of(there, gone));
        try (SelectBlocks.Cursor cursor = fixture.gateway.select(query)) {
            assertEquals(Set.of(there), cursor.blocks());
            assertTrue(cursor.series().size() > 0);
        }
        assertEquals(Set.of(there), fixture.gateway.labelNames(query).blocks());
        assertEquals(Set.of(there), fixture.gateway.labelValues("job", query).blocks());
        assertEquals(3, fixture.metric("missing_blocks_total"));
    }

    @Test
    void noBlocksAreAnEmptyAnswer() throws IOException {
        SelectBlocks.Query query = new Fixture(folder).query(List.of());
        try (SelectBlocks.Cursor cursor = new Fixture(folder).gateway.select(query)) {
            assertEquals(Set.of(), cursor.blocks());
            assertEquals(0, cursor.series().size());
        }
        assertEquals(List.of(), new Fixture(folder).gateway.labelNames(query).values());
    }
}
