package io.engram.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.engram.server.config.ConfigException;
import io.engram.server.config.ConfigLoader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlockHandoverTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void whatIsConfiguredUnlessSaidOtherwiseGoesTogether() throws ConfigException {
        BlockHandover.check(ConfigLoader.load(List.of(), Map.of(), Main.CONFIG));
    }

    @Test
    void aHeadThatWouldLetGoTooEarlyIsRefusedByBothKeys() {
        List<String> args = List.of("--ingester.release-delay=119m", "--bucket.index-max-age=1h");
        ConfigException refused = assertThrows(
                ConfigException.class, () -> BlockHandover.check(ConfigLoader.load(args, Map.of(), Main.CONFIG)));
        assertEquals(
                List.of(
                        "ingester.release-delay is 1h59m and must be at least 2h, twice bucket.index-max-age (1h): heads would"
                                + " let go of samples before every querier must have learnt of their block"),
                refused.mistakes());
    }

    @Test
    void anIndexThatIsTooOldBeforeTheNextOneIsRefused() {
        assertEquals(
                List.of(
                        "bucket.index-max-age is 11m and must be at least 12m, compactor.interval (10m, and a tenth more) and"
                                + " querier.bucket-index-refresh (1m) together: queries would fail before the next index is read"),
                BlockHandover.mistakes(
                        MINUTE.multipliedBy(22), MINUTE.multipliedBy(11), MINUTE.multipliedBy(10), MINUTE));
        assertEquals(
                List.of(),
                BlockHandover.mistakes(
                        MINUTE.multipliedBy(24), MINUTE.multipliedBy(12), MINUTE.multipliedBy(10), MINUTE));
    }

    @Test
    void whereAnyAgeWillDoTheNextIndexCounts() {
        assertEquals(
                List.of(),
                BlockHandover.mistakes(MINUTE.multipliedBy(24), Duration.ZERO, MINUTE.multipliedBy(10), MINUTE));
        assertEquals(
                List.of(
                        "ingester.release-delay is 23m and must be at least 24m, twice compactor.interval (10m, and a tenth more)"
                                + " and querier.bucket-index-refresh (1m) together (bucket.index-max-age is 0): heads would let go of"
                                + " samples before every querier must have learnt of their block"),
                BlockHandover.mistakes(MINUTE.multipliedBy(23), Duration.ZERO, MINUTE.multipliedBy(10), MINUTE));
    }
}
