package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.testing.Seeds;
import io.engram.model.testing.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
    /** What a test writes. */
    private interface Writing {
        void to(JsonWriter json) throws IOException;
    }

    private static String write(Writing writing) throws IOException {
        var out = new ByteArrayOutputStream();
        JsonWriter json = new JsonWriter(out, 128);
        writing.to(json);
        json.flush();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void putsCommasAndNests() throws IOException {
        String text = write(json -> json.beginObject()
                .name("a")
                .beginArray()
                .number(-1)
                .bool(true)
                .nil()
                .beginArray()
                .endArray()
                .endArray()
                .name("b")
                .beginObject()
                .endObject()
                .name("c")
                .number(0.5)
                .endObject());

        assertEquals("{\"a\":[-1,true,null,[]],\"b\":{},\"c\":0.5}", text);
    }

    @Test
    void writesBytesAsItWritesTheText() throws IOException {
        Seeds.check(200, random -> {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(300); i > 0; i--) {
                int codePoint = random.nextInt(4) == 0 ? random.nextInt(0xD800) : random.nextInt(0x80);
                text.appendCodePoint(codePoint);
            }
            byte[] utf8 = ("x" + text + "y").getBytes(StandardCharsets.UTF_8);

            assertEquals(
                    write(json -> json.beginObject()
                            .name(text.toString())
                            .string(text.toString())
                            .endObject()),
                    write(json -> json.beginObject()
                            .name(utf8, 1, utf8.length - 2)
                            .string(utf8, 1, utf8.length - 2)
                            .endObject()));
        });
    }

    @Test
    void writesEveryWholeNumber() throws IOException {
        assertEquals("[-9223372036854775808,9223372036854775807,0]", write(json -> json.beginArray()
                .number(Long.MIN_VALUE)
                .number(Long.MAX_VALUE)
                .number(0)
                .endArray()));
    }

    @Test
    void writesTimesInSecondsWithThreeDecimalsOrNone() throws IOException {
        String text = write(json -> json.beginArray()
                .point(1_435_781_430_781L, 1.5)
                .point(-1_500, Double.POSITIVE_INFINITY)
                .point(1_000, Double.NaN)
                .point(5, -0.0)
                .endArray());

        assertEquals("[[1435781430.781,\"1.5\"],[-1.500,\"+Inf\"],[1,\"NaN\"],[0.005,\"-0\"]]", text);
    }

    @Test
    void escapesArbitraryStringsSoThatTheyReadBack() {
        Seeds.check(200, random -> {
            String text = arbitrary(random);
            List<?> back = (List<?>) StrictJson.parse(
                    write(json -> json.beginArray().string(text).string("end").endArray()));
            assertEquals(List.of(text, "end"), back);
        });
    }

    /** Quotes, control characters, characters of every length in UTF-8. */
    private static String arbitrary(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(400);
        for (int i = 0; i < length; i++) {
            int codePoint =
                    switch (random.nextInt(5)) {
                        case 0 -> random.nextInt(0x20);
                        case 1 -> "\"\\/\u007f\u2028".charAt(random.nextInt(5));
                        case 2 -> random.nextInt(0x80, 0x800);
                        case 3 -> random.nextInt(0x10000, 0x110000);
                        default -> random.nextInt(0x20, 0x7f);
                    };
            text.appendCodePoint(codePoint);
        }
        return text.toString();
    }

    @Test
    void replacesHalvesOfSurrogatePairs() throws IOException {
        assertEquals("\"a\ufffdb\"", write(json -> json.string("a\ud800b")));
        assertEquals("\"\ufffd\"", write(json -> json.string("\udc00")));
    }
}
