package io.engram.distributor;

/** The rules of UTF-8, as RFC 3629 has them: shortest forms only, no surrogates, nothing above U+10FFFF. */
final class Utf8 {
    private Utf8() {}

    /** Whether {@code bytes[from .. to)} is valid. */
    static boolean valid(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int first = bytes[at++];
            if (first >= 0) {
                continue;
            }
            int following;
            int least;
            int codePoint;
            if ((first & 0xE0) == 0xC0) {
                following = 1;
                least = 0x80;
                codePoint = first & 0x1F;
            } else if ((first & 0xF0) == 0xE0) {
                following = 2;
                least = 0x800;
                codePoint = first & 0x0F;
            } else if ((first & 0xF8) == 0xF0) {
                following = 3;
                least = 0x10000;
                codePoint = first & 0x07;
            } else {
                return false;
            }
            if (to - at < following) {
                return false;
            }
            for (; following > 0; following--) {
                int next = bytes[at++];
                if ((next & 0xC0) != 0x80) {
                    return false;
                }
                codePoint = (codePoint << 6) | (next & 0x3F);
            }
            if (codePoint < least || codePoint > 0x10FFFF || (codePoint >= 0xD800 && codePoint <= 0xDFFF)) {
                return false;
            }
        }
        return true;
    }
}
