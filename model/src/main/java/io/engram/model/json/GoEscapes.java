package io.engram.model.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;

/** What Go's {@code encoding/json} escapes besides what every JSON must: {@code < > &}, U+2028 and U+2029; hex digits are small. */
final class GoEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;

    private final int[] ascii = standardAsciiEscapesForJSON();

    GoEscapes() {
        for (int c = 0; c < 0x20; c++) {
            if (ascii[c] == ESCAPE_STANDARD) {
                ascii[c] = ESCAPE_CUSTOM;
            }
        }
        for (char c : "<>&".toCharArray()) {
            ascii[c] = ESCAPE_CUSTOM;
        }
    }

    @Override
    public int[] getEscapeCodesForAscii() {
        return ascii.clone();
    }

    @Override
    public SerializableString getEscapeSequence(int c) {
        boolean escaped = c < 0x80 || c == 0x2028 || c == 0x2029;
        return escaped ? new SerializedString("\\u%04x".formatted(c)) : null;
    }
}
