package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.testing.Seeds;
import io.engram.model.time.Clock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sample reaches its own series whatever the order of a batch lets the head guess. */
class BatchOrderTest {
    private static final TenantId TENANT = TenantId.ANONYMOUS;
    private static final long START = 1_700_000_000_000L;

    @TempDir
    Path dir;

    @Test
    void samplesReachTheirSeriesInAnyOrderOfTheBatch() throws Exception {
        var random = Seeds.random();
        List<Integer> order = new ArrayList<>();
        for (int s = 0; s < 700; s++) {
            order.add(s);
        }
        TreeMap<Labels, NavigableMap<Long, Long>> expected = new TreeMap<>();
        try (Heads heads = open()) {
            for (int scrape = 0; scrape < 12; scrape++) {
                TestBatch batch = new TestBatch(TENANT);
                int sent = scrape % 3 == 0 ? order.size() : 1 + random.nextInt(order.size()); // gaps in the order
                for (int s : order.subList(0, sent)) {
                    double value = s * 1000 + scrape;
                    batch.series(labels(s)).sample(START + scrape * 15_000L, value);
                    expected.computeIfAbsent(labels(s), _ -> new TreeMap<>())
                            .put(START + scrape * 15_000L, Double.doubleToRawLongBits(value));
                }
                heads.append(batch.build()).await();
                Collections.swap(order, random.nextInt(order.size()), random.nextInt(order.size()));
                if (scrape == 6) {
                    Collections.shuffle(order, new Random(random.nextLong()));
                }
            }
            assertEquals(expected, HeadContents.all(heads, TENANT));
        }
    }

    private Heads open() throws Exception {
        return Heads.open(dir, HeadConfig.DEFAULTS, TestLimits.keepForEver(), Clock.system(), RecoveryProgress.NONE);
    }

    private static Labels labels(int s) {
        return Labels.of("__name__", "m", "s", "v" + s);
    }
}
