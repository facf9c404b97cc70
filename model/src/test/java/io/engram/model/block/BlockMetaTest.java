package io.engram.model.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.json.DamagedJson;
import io.engram.model.labels.Labels;
import io.engram.model.replica.ActivityBuilder;
import io.engram.model.replica.ActivityTable;
import io.engram.model.testing.Mutations;
import io.engram.model.testing.Seeds;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlockMetaTest {
    private static final BlockId ID = BlockId.parse("01M7ZNQY48XJ7N2AHRVMR6QMFS");

    /** Written by Prometheus 2.42. */
    private static final String PROMETHEUS = """
            {
            	"ulid": "01M7ZNQY48XJ7N2AHRVMR6QMFS",
            	"minTime": 1700000000000,
            	"maxTime": 1700000060001,
            	"stats": {
            		"numSamples": 2,
            		"numSeries": 1,
            		"numChunks": 1
            	},
            	"compaction": {
            		"level": 1,
            		"sources": [
            			"01M7ZNQY48XJ7N2AHRVMR6QMFS"
            		]
            	},
            	"version": 1
            }""";

    /** The shape that Mimir and Thanos give it, with fields of newer ones. */
    private static final String THANOS = """
            {
            	"ulid": "01M7ZNQY48XJ7N2AHRVMR6QMFS",
            	"minTime": -7200000,
            	"maxTime": 0,
            	"stats": {
            		"numSamples": 3,
            		"numFloatSamples": 2,
            		"numHistogramSamples": 1,
            		"numSeries": 1,
            		"numChunks": 1,
            		"numTombstones": 4,
            		"somethingNew": [1, {"a": null}]
            	},
            	"compaction": {
            		"level": 2,
            		"sources": null,
            		"deletable": true,
            		"parents": [
            			{"ulid": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "minTime": -7200000, "maxTime": -1}
            		],
            		"failed": true,
            		"hints": ["from-out-of-order"]
            	},
            	"version": 1,
            	"thanos": {
            		"labels": {"__compactor_shard_id__": "1_of_4", "a": "<&>"},
            		"downsample": {"resolution": 300000},
            		"source": "compactor",
            		"segment_files": ["000001"],
            		"files": [
            			{"rel_path": "chunks/000001", "size_bytes": 12, "hash": {"Func": "SHA256"}},
            			{"rel_path": "meta.json"}
            		],
            		"rewrites": [{"sources": []}],
            		"index_stats": {"series_max_size": 1},
            		"extensions": {"x": [1.50, "y"]},
            		"upload_time": "2026-01-01T00:00:00Z"
            	}
            }""";

    @Test
    void printsWhatPrometheusPrintsByteForByte() throws DamagedJson {
        BlockMeta meta = new BlockMeta(
                ID,
                1_700_000_000_000L,
                1_700_000_060_001L,
                new BlockStats(2, 0, 0, 1, 1, 0),
                Compaction.ofHead(ID, false),
                Optional.empty());

        assertEquals(PROMETHEUS, new String(meta.print(), UTF_8));
        assertEquals(meta, BlockMeta.read(PROMETHEUS.getBytes(UTF_8), "meta.json"));
    }

    @Test
    void readsEveryFieldOfThanosAndSkipsUnknownOnes() throws DamagedJson {
        BlockMeta meta = BlockMeta.read(THANOS.getBytes(UTF_8), "meta.json");

        assertEquals(new BlockStats(3, 2, 1, 1, 1, 4), meta.stats());
        assertEquals(
                new Compaction(
                        2,
                        List.of(),
                        true,
                        List.of(new Compaction.Parent(BlockId.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV"), -7_200_000, -1)),
                        true,
                        List.of(Compaction.FROM_OUT_OF_ORDER)),
                meta.compaction());
        assertTrue(meta.compaction().fromOutOfOrder());
        assertEquals(
                Optional.of(new ThanosSection(
                        Labels.of("__compactor_shard_id__", "1_of_4", "a", "<&>"),
                        300_000,
                        "compactor",
                        List.of("000001"),
                        List.of(new BlockFile("chunks/000001", 12), new BlockFile("meta.json", 0)),
                        "{\"x\": [1.50, \"y\"]}")),
                meta.thanos());
        assertArrayEquals(meta.print(), BlockMeta.read(meta.print(), "printed").print());
        assertEquals(meta, BlockMeta.read(meta.print(), "printed"));
    }

    @Test
    void escapesWhatGoEscapes() throws DamagedJson {
        Labels labels = Labels.of("a", "<b>&\u2028\u0001\n\"é");
        BlockMeta meta = BlockMeta.read(PROMETHEUS.getBytes(UTF_8), "meta.json")
                .withThanos(ThanosSection.raw(labels, "receive"));

        String printed = new String(meta.print(), UTF_8);

        assertTrue(printed.endsWith("""
                        	"version": 1,
                        	"thanos": {
                        		"version": 1,
                        		"labels": {
                        			"a": "\\u003cb\\u003e\\u0026\\u2028\\u0001\\n\\"é"
                        		},
                        		"downsample": {
                        			"resolution": 0
                        		},
                        		"source": "receive"
                        	}
                        }"""), printed);
        assertEquals(meta, BlockMeta.read(meta.print(), "printed"));
    }

    @Test
    void damageIsNamedWithItsPlace() {
        assertDamage("", "meta.json of x: line 1, column 0: expected a document, found nothing");
        assertDamage("[]", "meta.json of x: line 1, column 1: expected an object, found an array");
        assertDamage(PROMETHEUS + "x", "meta.json of x: line 17, column 3: Unrecognized token 'x'");
        assertDamage(PROMETHEUS + "{}", "meta.json of x: line 17, column 2: expected the end, found more");
        assertDamage(
                PROMETHEUS.replace("\"numSeries\": 1", "\"numSeries\": \"1\""),
                "meta.json of x: line 7, column 16: /stats/numSeries: expected a whole number, found a string");
        assertDamage(
                PROMETHEUS.replace("\"numSeries\": 1", "\"numSeries\": -1"), "numSeries is -1, expected at least 0");
        assertDamage(PROMETHEUS.replace("\"version\": 1", "\"version\": 2"), "version is 2, expected 1");
        assertDamage(PROMETHEUS.replace("\"maxTime\"", "\"maxTim\""), "maxTime is missing");
        assertDamage(PROMETHEUS.replace("01M7", "01U7"), "'01U7ZNQY48XJ7N2AHRVMR6QMFS' is not a block id");
        assertDamage(
                PROMETHEUS.replace("1700000060001", "1600000060001"),
                "minTime 1700000000000 is behind maxTime 1600000060001");
        assertDamage(PROMETHEUS.replace("1700000060001", "99999999999999999999"), "out of range of long");
        assertDamage(THANOS.replace("chunks/000001", "../x/000001"), "is not the path of a file inside a block");
        byte[] notUtf8 = PROMETHEUS.getBytes(UTF_8);
        notUtf8[12] = (byte) 0xff;
        assertEquals(
                "meta.json of x: is not UTF-8",
                assertThrows(DamagedJson.class, () -> BlockMeta.read(notUtf8, "meta.json of x"))
                        .getMessage());
    }

    private static void assertDamage(String json, String message) {
        DamagedJson damage =
                assertThrows(DamagedJson.class, () -> BlockMeta.read(json.getBytes(UTF_8), "meta.json of x"), json);
        assertTrue(damage.getMessage().contains(message), damage.getMessage());
    }

    @Test
    void damagedInputIsRefusedOrReadsTheSameWhenPrintedAgain() {
        for (String valid : List.of(PROMETHEUS, THANOS)) {
            Seeds.check(5_000, random -> {
                BlockMeta meta;
                try {
                    meta = BlockMeta.read(Mutations.mutate(valid.getBytes(UTF_8), random), "meta.json");
                } catch (DamagedJson e) {
                    assertTrue(e.getMessage().startsWith("meta.json: "), e.getMessage());
                    return;
                }
                assertEquals(meta, BlockMeta.read(meta.print(), "printed"));
            });
        }
    }

    @Test
    void rangesAreHalfOpen() throws DamagedJson {
        BlockMeta meta = BlockMeta.read(THANOS.getBytes(UTF_8), "meta.json");

        assertTrue(meta.overlaps(-1, 5));
        assertTrue(!meta.overlaps(0, 5));
        assertTrue(meta.overlaps(-7_300_000, -7_200_000));
        assertTrue(!meta.overlaps(-7_300_000, -7_200_001));
    }

    @Test
    void keepsTheActivityOfReplicasInASectionOfItsOwn() throws Exception {
        BlockMeta plain = BlockMeta.read(THANOS.getBytes(UTF_8), "meta.json");
        ActivityTable activity =
                ActivityTable.builder().add("eu", "a", 7, 100, 5).build();
        BlockMeta meta = plain.withEngram(new EngramSection(activity));
        String printed = new String(meta.print(), UTF_8);
        assertEquals(meta, BlockMeta.read(printed.getBytes(UTF_8), "meta.json"));
        assertTrue(printed.contains("\t\"engram\": {\n\t\t\"activity\": \""), printed);
        assertEquals(
                activity,
                meta.withThanos(ThanosSection.raw(Labels.EMPTY, "x")).engram().activity());
    }

    @Test
    void saysWhatFoldingCameToInTheSameSection() throws Exception {
        BlockMeta plain = BlockMeta.read(THANOS.getBytes(UTF_8), "meta.json");
        assertFalse(plain.isFolded());
        BlockMeta meta =
                plain.withEngram(new EngramSection(ActivityTable.EMPTY, Optional.of(new Folded(7, 6, 5, 4, 3))));
        String printed = new String(meta.print(), UTF_8);
        BlockMeta read = BlockMeta.read(printed.getBytes(UTF_8), "meta.json");
        assertEquals(meta, read);
        assertTrue(read.isFolded());
        assertTrue(printed.contains("\t\"engram\": {\n\t\t\"folded\": {\n\t\t\t\"merged\": 7,"), printed);
        assertTrue(
                BlockMeta.read(
                                printed.replaceAll("(?s)\"folded\": \\{.*?}", "\"folded\": {\"newer\": 1}")
                                        .getBytes(UTF_8),
                                "meta.json")
                        .isFolded(),
                "also where it cannot say how many");
    }

    @Test
    void activityThatCannotBeReadIsNoneAndTheBlockIsAsGoodAsEver() throws Exception {
        for (String activity : List.of("Ag==", "no base64!", "AQ")) {
            BlockMeta read = BlockMeta.read(
                    PROMETHEUS
                            .replace(
                                    "\"version\": 1",
                                    "\"version\": 1, \"engram\": {\"activity\": \"" + activity + "\"}")
                            .getBytes(UTF_8),
                    "meta.json");
            assertEquals(BlockMeta.read(PROMETHEUS.getBytes(UTF_8), "meta.json"), read);
        }
    }

    @Test
    void activityOfTooManyReplicasIsCutToWhatAMetaMayHold() {
        ActivityBuilder many = ActivityTable.builder();
        for (int cluster = 0; cluster < 40; cluster++) {
            for (int window = 0; window < 1000; window++) {
                many.add("c" + cluster, "a", window, 1 + cluster, 1).add("c" + cluster, "b", window, 1, 1);
            }
        }
        ActivityTable kept = new EngramSection(many.build()).activity();
        assertEquals(32 * 2000, kept.cellCount());
        assertEquals(0, kept.cluster("c7").replicaCount());
        assertEquals(2, kept.cluster("c8").replicaCount());
    }
}
