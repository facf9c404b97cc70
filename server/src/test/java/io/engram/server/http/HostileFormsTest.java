package io.engram.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.failure.Failure;
import io.engram.model.testing.Damage;
import io.engram.model.testing.HostileCases;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Queries, forms and paths, damaged: read, or refused as the sender's fault. */
class HostileFormsTest {
    private static final int LIMIT_BYTES = 64 << 10;
    private static final long MOST_BYTES = 16 * LIMIT_BYTES;
    private static final String URL_ENCODED = "application/x-www-form-urlencoded; charset=utf-8";
    private static final String MULTIPART = "multipart/form-data; boundary=\"x-y\"";

    private static final List<byte[]> QUERIES = Damage.corpus(List.of(
            "query=sum%20by%20(job)%20(rate(up%5B5m%5D))&time=1700000000.123&match[]=%7Ba%3D%22b%22%7D",
            "a=%C3%A9&b=c+d&&=&e&match%5B%5D=&match%5B%5D=x", "start=2026-01-01T00:00:00Z&end=%F0%9F%98%80&step=15s"));
    private static final List<byte[]> FORMS = Damage.corpus(
            List.of(
                    "--x-y\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\nup\r\n--x-y--\r\n",
                    "pre\r\n--x-y\r\nContent-Disposition: form-data; name=a; filename=\"f\"\r\nContent-Type: text/plain\r\n\r\n"
                            + "x\r\n--x-\r\n--x-y\r\ncontent-disposition:form-data;name=\"b\\\"c\"\r\n\r\n\r\n--x-y--\r\npost"));

    private static Object form(byte[] body, String contentType, String encoding) {
        ByteBuf sent = new ByteBuf(body.length);
        System.arraycopy(body, 0, sent.array(), 0, body.length);
        sent.advance(body.length);
        try {
            Parameters parameters = new Parameters();
            FormBody.addTo(parameters, sent, contentType, encoding, LIMIT_BYTES);
            return parameters.all("match[]");
        } catch (Failure failure) {
            assertSendersFault(failure);
            return null;
        }
    }

    private static void assertSendersFault(Failure failure) {
        assertEquals(4, FailureStatus.of(failure.id().cause()).status() / 100, failure.getMessage());
        assertTrue(failure.getMessage().length() < 1_000, failure.getMessage());
    }

    @Test
    void readsDamagedQueriesAndUrlEncodedForms() {
        HostileCases.check(10, random -> {
            byte[] query = Damage.of(QUERIES, random);
            HostileCases.within(MOST_BYTES, query, () -> form(query, URL_ENCODED, null));
            String text = new String(query, StandardCharsets.ISO_8859_1);
            HostileCases.within(MOST_BYTES, query, () -> {
                try {
                    Parameters parameters = new Parameters();
                    parameters.addQuery(text);
                    return PercentCoding.decodePath("/" + text);
                } catch (Failure failure) {
                    assertSendersFault(failure);
                    return null;
                }
            });
        });
    }

    @Test
    void readsDamagedMultipartForms() {
        HostileCases.check(10, random -> {
            byte[] body = Damage.of(FORMS, random);
            String type = random.nextInt(4) == 0
                    ? "multipart/form-data" + Damage.ofText(Damage.corpus(List.of("; boundary=\"x-y\"")), random)
                    : MULTIPART;
            HostileCases.within(MOST_BYTES, body, () -> form(body, type, null));
        });
    }

    @Test
    void readsDamagedGzip() throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        for (byte[] plain : QUERIES) {
            corpus.add(gzip(plain));
        }
        corpus.add(gzip(new byte[LIMIT_BYTES + 1]));
        HostileCases.check(5, random -> {
            byte[] body = Damage.of(corpus, random);
            HostileCases.within(MOST_BYTES, body, () -> form(body, URL_ENCODED, "gzip"));
        });
    }

    @Test
    void refusesAMillionParametersAtTheTenThousandth() {
        for (byte[] million : List.of(
                "a=b&".repeat(1_000_000).getBytes(StandardCharsets.UTF_8),
                "--x-y\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n"
                        .repeat(100_000)
                        .getBytes(StandardCharsets.UTF_8))) {
            String type = million[0] == '-' ? MULTIPART : URL_ENCODED;
            HostileCases.within(64 << 20, million, () -> form(million, type, null));
        }
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }
}
