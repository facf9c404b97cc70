package io.engram.model.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.labels.Matcher;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelSetBudgetsTest {
    @Test
    void readsEveryFormOfASelector() {
        LabelSetBudgets budgets = LabelSetBudgets.parse(
                " {team=\"a\"} = 1000 , up=1,up{job!='x,}y',}=2,{\"a b\"=~`c\\d`,d!~\"\"}=3,{\"my.metric\"}=4,{}=0");

        assertEquals(
                List.of(1000, 1, 2, 3, 4, 0),
                budgets.budgets().stream().map(LabelSetBudget::maxSeries).toList());
        assertEquals(List.of(Matcher.equal("team", "a")), budgets.at(0).matchers());
        assertEquals(List.of(Matcher.equal("__name__", "up")), budgets.at(1).matchers());
        assertEquals(
                List.of(Matcher.equal("__name__", "up"), new Matcher(Matcher.Type.NOT_EQUAL, "job", "x,}y")),
                budgets.at(2).matchers());
        assertEquals(
                List.of(new Matcher(Matcher.Type.REGEX, "a b", "c\\d"), new Matcher(Matcher.Type.NOT_REGEX, "d", "")),
                budgets.at(3).matchers());
        assertEquals(
                List.of(Matcher.equal("__name__", "my.metric")), budgets.at(4).matchers());
        assertTrue(budgets.at(5).isDefault());
    }

    @Test
    void textReadsBackAsTheSame() {
        String text = "{team=\"a\\\"\\\\b\"}=10,{\"a b\"=~\"c|d\",x!=\"\"}=5,{}=7";
        LabelSetBudgets budgets = LabelSetBudgets.parse(text);
        assertEquals(text, budgets.toString());
        assertEquals(budgets, LabelSetBudgets.parse(text));
        assertSame(LabelSetBudgets.NONE, LabelSetBudgets.parse("  "));
    }

    @Test
    void saysWhatIsWrongWhere() {
        expect("= and a number of series at character 11", "{team=\"a\"}");
        expect("a whole number from 0 to 2147483647 at character 12", "{team=\"a\"}=-1");
        expect("a whole number from 0 to 2147483647 at character 4", "{}=2147483648");
        expect("a comma or the end at character 5", "{}=1;");
        expect("a selector such as {team=\"a\"} at character 6", "{}=1,");
        expect("a closing \" at character 12", "{team=\"a}=1");
        expect("=, !=, =~ or !~ at character 6", "{team}=1");
        expect("one budget for {a=\"b\",c=\"d\"}, not two", "{c=\"d\",a=\"b\"}=1,{a=\"b\",c=\"d\"}=2");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> LabelSetBudgets.parse("{a=~\"(\"}=1"))
                .getMessage()
                .startsWith("a selector with valid regular expressions: "));
        expect(
                "at most 100 budgets",
                IntStream.rangeClosed(0, 100).mapToObj(i -> "m" + i + "=1").collect(Collectors.joining(",")));
    }

    private static void expect(String message, String text) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> LabelSetBudgets.parse(text))
                        .getMessage());
    }

    @Test
    void aShareOfALimitLeavesRoomForAnUnevenSpread() {
        assertEquals(1000, LocalShare.WHOLE.of(1000));
        assertEquals(0, new LocalShare(3, 10).of(0));
        assertEquals(1000, new LocalShare(3, 3).of(1000));
        assertEquals(330, new LocalShare(3, 10).of(1000));
        assertEquals(1, new LocalShare(3, 100).of(1));
    }
}
