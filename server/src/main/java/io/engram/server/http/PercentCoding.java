package io.engram.server.http;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-encoding as in RFC 3986, and as in HTML forms ({@code +} is a blank). Strict: what is malformed is refused. */
final class PercentCoding {
    private PercentCoding() {}

    /**
     * @param what names the part in the refusal: {@code path}, {@code query}
     * @throws Failure {@link ErrorId#REQUEST_MALFORMED}
     */
    static String decode(byte[] bytes, int from, int to, boolean form, String what) {
        byte[] out = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '%') {
                boolean whole = to - i >= 3;
                int high = whole ? Character.digit(bytes[i + 1], 16) : -1;
                int low = whole ? Character.digit(bytes[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw new Failure(ErrorId.REQUEST_MALFORMED, "the " + what + " has a % without two hex digits");
                }
                out[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                out[length++] = form && b == '+' ? (byte) ' ' : b;
            }
        }
        return utf8(out, length, what);
    }

    /** @throws Failure {@link ErrorId#REQUEST_MALFORMED} where the bytes are no UTF-8 */
    static String utf8(byte[] bytes, int length, String what) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Failure(ErrorId.REQUEST_MALFORMED, "the " + what + " is not UTF-8", e);
        }
    }

    static String decodePath(String raw) {
        if (raw.indexOf('%') < 0) {
            return raw;
        }
        byte[] bytes = raw.getBytes(StandardCharsets.UTF_8);
        return decode(bytes, 0, bytes.length, false, "path");
    }
}
