package io.engram.model.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Prints JSON as Go does: {@code json.Marshal} and {@code json.MarshalIndent(value, "", "\t")}, without a line's end behind. */
public final class JsonPrinter {
    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder().characterEscapes(new GoEscapes()).build();
    private static final DefaultIndenter TABS = new DefaultIndenter("\t", "\n");
    private static final Separators SEPARATORS = Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");

    private JsonPrinter() {}

    /** Writes a document. */
    @FunctionalInterface
    public interface Body {
        void print(JsonGenerator out) throws IOException;
    }

    /** @return UTF-8, a field a line */
    public static byte[] indented(Body body) {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(SEPARATORS);
        printer.indentObjectsWith(TABS);
        printer.indentArraysWith(TABS);
        return print(body, printer);
    }

    /** @return UTF-8, in one line */
    public static byte[] compact(Body body) {
        return print(body, null);
    }

    private static byte[] print(Body body, DefaultPrettyPrinter printer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            if (printer != null) {
                out.setPrettyPrinter(printer);
            }
            body.print(out);
        } catch (IOException e) {
            throw new UncheckedIOException("print JSON into memory", e);
        }
        return bytes.toByteArray();
    }
}
