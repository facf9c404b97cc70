package io.engram.model.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GoQuoteTest {
    @Test
    void escapesWhatGoEscapes() {
        assertEquals("\"a\\\"b\\\\c'd\"", GoQuote.quote("a\"b\\c'd"));
        assertEquals("\"\\a\\b\\f\\n\\r\\t\\v\"", GoQuote.quote("\u0007\b\f\n\r\t\u000b"));
        assertEquals("\"\\x00\\x1b\\x7f\"", GoQuote.quote("\0\u001b\u007f"));
        assertEquals("\"é\u4e16😀\"", GoQuote.quote("é\u4e16😀"));
        assertEquals("\"\\u00a0\\u200b\\U000e0001\"", GoQuote.quote("\u00a0\u200b\udb40\udc01"));
    }

    @Test
    void quotesSingleCharacters() {
        assertEquals("'a'", GoQuote.quoteRune('a'));
        assertEquals("'\\''", GoQuote.quoteRune('\''));
        assertEquals("'\"'", GoQuote.quoteRune('"'));
        assertEquals("'\uFFFD'", GoQuote.quoteRune(-1));
    }
}
