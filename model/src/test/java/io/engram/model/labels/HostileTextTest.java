package io.engram.model.labels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.failure.Failure;
import io.engram.model.limits.ActiveSeriesTrackers;
import io.engram.model.limits.LabelSetBudgets;
import io.engram.model.regex.InvalidRegex;
import io.engram.model.regex.Regex;
import io.engram.model.testing.Damage;
import io.engram.model.testing.HostileCases;
import io.engram.model.time.Durations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The small notations that strangers write in parameters, headers and per-tenant files. */
class HostileTextTest {
    private static final List<byte[]> SELECTORS = Damage.corpus(List.of(
            "up",
            "{}",
            "http_requests_total{job=\"api\",path=~\"/v[12]/.*\",code!~'5..',zone!=`a b`}",
            "{\"my.metric\",\"a b\"=~\"c.*|d\",e!=\"\\\"\\\\\\n\",}",
            "{ü=\"ß\", __name__=~\"a{2,5}(b|c)+?[^d-f]\"}",
            "{a=\"\uD83D\uDE00\"}"));
    private static final List<byte[]> LIMITS = Damage.corpus(List.of(
            "{team=\"a\"}=100,up{job=~\"x|y\"}=2147483647",
            "dev:{env=\"dev\"};prod:{env=~\"prod.*\",job!=\"\"}",
            "{}=0",
            "one:up;two:{a!~\"b\"}"));
    private static final List<byte[]> REGEXES = Damage.corpus(List.of(
            "(a|b|cd)*e+?",
            "[[:alpha:]a-z\\d\\pL^]{2,30}",
            "(?i:foo|bar)(?s).*\\x{10FFFF}\\Qa.b\\E$",
            "(((a{9}){9}){9})|b{1000}",
            "^.*(x+x+)+y.*$",
            "[^\\n\\t-\\v]\\b\\B\\077(?P<n>z)"));
    private static final List<byte[]> SMALL =
            Damage.corpus(List.of("1h30m", "90d", "250ms", "0", "team-a", "a".repeat(150), "1y2w3d4h5m6s7ms"));

    /** What one regular expression may cost: an automaton of bounded size, or some thousands of literals. */
    private static final long MOST_BYTES = 32 << 20;

    /** Half a megabyte of expression: re2j reads some of them in quadratic space, which is then bounded. */
    private static final long MOST_BYTES_OF_LONG = 64L << 20;

    @Test
    void readsDamagedSelectorsOrSaysWhatIsExpected() {
        HostileCases.check(
                10,
                random -> roundTrips(Damage.ofText(SELECTORS, random), text -> {
                    List<Matcher> matchers = SelectorReader.selector(text);
                    return SelectorReader.text(matchers);
                }));
    }

    @Test
    void readsDamagedBudgetsAndTrackersOrSaysWhatIsExpected() {
        HostileCases.check(10, random -> {
            String text = Damage.ofText(LIMITS, random);
            roundTrips(text, some -> LabelSetBudgets.parse(some).toString());
            roundTrips(text, some -> ActiveSeriesTrackers.parse(some).toString());
        });
    }

    /** What is understood is written in a way that is understood as the same. */
    private static void roundTrips(String text, Function<String, String> readAndWrite) {
        String written = HostileCases.within(MOST_BYTES, text.getBytes(StandardCharsets.UTF_8), () -> {
            try {
                return readAndWrite.apply(text);
            } catch (IllegalArgumentException refused) {
                // A number too big for what it says is repeated; nothing else is.
                assertTrue(refused.getMessage().length() < 500 + text.length(), refused.getMessage());
                return null;
            }
        });
        if (written != null) {
            assertEquals(written, readAndWrite.apply(written), text);
        }
    }

    @Test
    void compilesDamagedExpressionsInBoundsOrRefusesThem() {
        HostileCases.check(10, random -> {
            String pattern = Damage.ofText(REGEXES, random);
            HostileCases.within(MOST_BYTES, pattern.getBytes(StandardCharsets.UTF_8), () -> {
                try {
                    return Regex.compile(pattern).matches("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
                } catch (InvalidRegex refused) {
                    return null;
                }
            });
        });
    }

    @Test
    void readsDamagedDurationsAndTenants() {
        HostileCases.check(5, random -> {
            String text = Damage.ofText(SMALL, random);
            HostileCases.within(1 << 20, text.getBytes(StandardCharsets.UTF_8), () -> {
                try {
                    assertTrue(Durations.parse(text) >= 0, text);
                } catch (IllegalArgumentException refused) {
                    // as declared
                }
                try {
                    return new TenantId(text).value();
                } catch (Failure refused) {
                    return null;
                }
            });
        });
    }

    @Test
    void doesNotRunDeepOnLongTexts() {
        for (String piece : List.of(
                "(", "((a)*", "[", "a|", "a*", "(?:", "{a=~\"(", "\\", "{a=\"b\",", "(?i)", "ab", "\\pL(", "x(a|")) {
            String text = piece.repeat(200_000 / piece.length());
            HostileCases.within(MOST_BYTES_OF_LONG, text.getBytes(StandardCharsets.UTF_8), () -> {
                for (Function<String, Object> parser : List.<Function<String, Object>>of(
                        Regex::compile,
                        SelectorReader::selector,
                        LabelSetBudgets::parse,
                        ActiveSeriesTrackers::parse)) {
                    try {
                        Object unused = parser.apply(text);
                    } catch (IllegalArgumentException refused) {
                        // as declared
                    }
                }
                return null;
            });
        }
    }
}
