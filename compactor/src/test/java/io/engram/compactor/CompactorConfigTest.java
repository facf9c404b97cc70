package io.engram.compactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.server.config.ConfigLoader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompactorConfigTest {
    @Test
    void theDefaultsAreThoseOfTheField() {
        CompactorConfig config = ConfigLoader.defaults(CompactorConfig.class);
        assertEquals(
                List.of(7_200_000L, 43_200_000L, 86_400_000L),
                config.planRules().rangesMs());
        assertEquals(43_200_000, config.upkeepRules().deletionDelayMs());
        assertEquals(86_400_000, config.upkeepRules().partialDelayMs());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "compactor.block-ranges | 2h,5h",
                "compactor.block-ranges | 12h,2h",
                "compactor.block-ranges | 2h,2h",
                "compactor.block-ranges | 0s",
                "compactor.interval | 0s",
                "compactor.concurrency | 0",
                "compactor.partial-block-delay | 0s",
                "compactor.max-index-size | 0",
            })
    void refusesWhatCannotBeAndNamesTheKey(String key, String value) {
        String said = assertThrows(
                        IllegalArgumentException.class,
                        () -> ConfigLoader.record(CompactorConfig.class, Map.of(key, value)))
                .getMessage();
        assertTrue(said.contains(key), said);
    }
}
