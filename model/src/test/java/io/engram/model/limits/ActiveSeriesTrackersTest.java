package io.engram.model.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.engram.model.labels.Matcher;
import io.engram.model.limits.ActiveSeriesTrackers.Tracker;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ActiveSeriesTrackersTest {
    @Test
    void readsWhatMimirsFlagTakes() {
        assertEquals(
                List.of(
                        new Tracker("dev", List.of(Matcher.equal("env", "d;e:v"))),
                        new Tracker(
                                "any errors", List.of(new Matcher(Matcher.Type.REGEX, "__name__", ".*_errors_total"))),
                        new Tracker("up", List.of(Matcher.equal("__name__", "up")))),
                ActiveSeriesTrackers.parse("dev:{env=\"d;e:v\"}; any errors : {__name__=~\".*_errors_total\"};up:up;")
                        .trackers());
        assertSame(ActiveSeriesTrackers.NONE, ActiveSeriesTrackers.parse(" "));
    }

    @Test
    void textReadsBackAsTheSame() {
        String text = "dev:{env=\"d\\\"ev\",\"a b\"!=\"\"};all:{}";

        assertEquals(text, ActiveSeriesTrackers.parse(text).toString());
    }

    @Test
    void saysWhatIsWrongWhere() {
        expect("a name and a selector such as dev:{env=\"dev\"} at character 1", "{env=\"dev\"}");
        expect("a selector such as {team=\"a\"} at character 3", "a:=1");
        expect("; or the end at character 7", "a:{}  b:{}");
        expect("one tracker named a, not two", "a:{};a:up");
        expect(
                "at most 100 trackers",
                IntStream.range(0, 101).mapToObj(i -> i + ":{}").collect(Collectors.joining(";")));
    }

    private static void expect(String message, String text) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> ActiveSeriesTrackers.parse(text))
                        .getMessage());
    }
}
