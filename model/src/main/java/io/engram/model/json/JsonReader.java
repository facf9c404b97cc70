package io.engram.model.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Pulls one JSON document, value by value. As in Go, a {@code null} is as if the field were not there, the last of two
 * fields of one name counts, and half a surrogate pair becomes U+FFFD; fields that nobody asks for are skipped. Unlike
 * Go, names must match to the letter. For one thread.
 */
public final class JsonReader {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final String text;
    private final JsonParser parser;

    /** Builds a value out of a document. What it refuses with {@link IllegalArgumentException} is the document's fault. */
    @FunctionalInterface
    public interface Document<T> {
        T read(JsonReader in) throws IOException;
    }

    /** Called for every field of an object whose value is not {@code null}; may read the value, once. */
    @FunctionalInterface
    public interface Field {
        void read(String name) throws IOException;
    }

    /** Called for every element of an array; may read it, once. */
    @FunctionalInterface
    public interface Element {
        void read() throws IOException;
    }

    private JsonReader(String text, JsonParser parser) {
        this.text = text;
        this.parser = parser;
    }

    /**
     * @param bytes UTF-8
     * @param what names the document in errors: {@code meta.json of block 01…}
     * @throws DamagedJson where the bytes are not one whole JSON document that {@code document} takes
     */
    public static <T> T read(byte[] bytes, String what, Document<T> document) throws DamagedJson {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new DamagedJson(what + ": is not UTF-8", e);
        }
        return read(text, what, document);
    }

    /** As {@link #read(byte[], String, Document)}, of text. */
    public static <T> T read(String text, String what, Document<T> document) throws DamagedJson {
        try (JsonParser parser = FACTORY.createParser(text)) {
            JsonReader in = new JsonReader(text, parser);
            if (parser.nextToken() == null) {
                throw in.wrong("expected a document, found nothing");
            }
            T value = document.read(in);
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw in.wrong("expected the end, found more");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new DamagedJson(what + ": " + place(e.getLocation()) + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new DamagedJson(what + ": " + e.getMessage(), e);
        } catch (DamagedJson e) {
            throw new DamagedJson(what + ": " + e.getMessage(), e.getCause());
        } catch (IOException e) {
            throw new DamagedJson(what + ": " + e.getMessage(), e);
        }
    }

    /** Reads an object, field by field. */
    public void object(Field field) throws IOException {
        expect(JsonToken.START_OBJECT, "an object");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_NULL) {
                field.read(name);
                parser.skipChildren();
            }
        }
    }

    /** Reads an array, element by element; a {@code null} in it is refused by what reads it. */
    public void array(Element element) throws IOException {
        expect(JsonToken.START_ARRAY, "an array");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            element.read();
            parser.skipChildren();
        }
    }

    public String string() throws IOException {
        expect(JsonToken.VALUE_STRING, "a string");
        return whole(parser.getText());
    }

    /** A number without fraction that fits into 64 bits with sign. */
    public long wholeNumber() throws IOException {
        expect(JsonToken.VALUE_NUMBER_INT, "a whole number");
        return parser.getLongValue();
    }

    /** @throws IllegalArgumentException where it is below 0, naming {@code name} */
    public long count(String name) throws IOException {
        long value = wholeNumber();
        if (value < 0) {
            throw new IllegalArgumentException(name + " is " + value + ", expected at least 0");
        }
        return value;
    }

    public boolean truth() throws IOException {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw expected("true or false");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    /** Whatever stands here, as it is written. */
    public String raw() throws IOException {
        int from = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
        if (parser.currentToken().isScalarValue()) {
            parser.finishToken();
        } else {
            parser.skipChildren();
        }
        return text.substring(from, Math.toIntExact(parser.currentLocation().getCharOffset()));
    }

    private void expect(JsonToken token, String what) throws DamagedJson {
        if (parser.currentToken() != token) {
            throw expected(what);
        }
    }

    private DamagedJson expected(String what) {
        return wrong("expected " + what + ", found "
                + switch (parser.currentToken()) {
                    case null -> "the end";
                    case START_OBJECT, END_OBJECT -> "an object";
                    case START_ARRAY, END_ARRAY -> "an array";
                    case FIELD_NAME -> "a field";
                    case VALUE_STRING -> "a string";
                    case VALUE_NUMBER_INT -> "a whole number";
                    case VALUE_NUMBER_FLOAT -> "a number with a fraction";
                    case VALUE_TRUE, VALUE_FALSE -> "true or false";
                    case VALUE_NULL -> "null";
                    case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "something else";
                });
    }

    private DamagedJson wrong(String message) {
        String pointer = parser.getParsingContext().pathAsPointer().toString();
        return new DamagedJson(
                place(parser.currentTokenLocation()) + (pointer.isEmpty() ? "" : pointer + ": ") + message, null);
    }

    private static String place(JsonLocation location) {
        return location == null ? "" : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
    }

    private static String whole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaceHalves(text);
            }
        }
        return text;
    }

    private static String replaceHalves(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c)
                .forEach(out::appendCodePoint);
        return out.toString();
    }
}
