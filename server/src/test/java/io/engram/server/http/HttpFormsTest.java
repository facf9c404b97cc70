package io.engram.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Parameters that come in the body. */
class HttpFormsTest {
    @Test
    void takesParametersFromQueryAndForm() throws Exception {
        try (TestServer server = new TestServer(routes -> routes.addQuery(
                "/query", e -> e.answer(200, "text/plain", e.parameters("match[]") + "|" + e.parameter("none"))))) {
            HttpResponse<String> answer = server.send(server.request("/query?match[]=a%2Bb&match%5B%5D=%C3%A9")
                    .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                    .POST(HttpRequest.BodyPublishers.ofString("match%5B%5D=c+d&x&=&&match[]=")));

            assertEquals("[a+b, é, c d, ]|null", answer.body());
        }
    }

    @Test
    void boundsForms() throws Exception {
        try (TestServer server = new TestServer(
                routes -> routes.addQuery("/query", e -> e.answer(200, "text/plain", e.parameter("a"))),
                "server.max-form-bytes",
                "100")) {
            HttpResponse<String> answer = server.send(server.request("/query")
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString("a=" + "x".repeat(100))));

            assertEquals(413, answer.statusCode());
        }
    }

    private static HttpRequest.Builder form(TestServer server, String encoding, byte[] body) {
        return server.request("/query")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Content-Encoding", encoding)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    @Test
    void takesFormsThatAreCompressedWithGzip() throws Exception {
        try (TestServer server = new TestServer(
                routes -> routes.addQuery(
                        "/query",
                        e -> e.answer(
                                200,
                                "text/plain",
                                e.parameter("a") + e.parameter("b").length())),
                "server.max-form-bytes",
                "10000")) {
            HttpResponse<String> longest = server.send(form(server, "gzip", gzip("a=c+d&b=" + "x".repeat(9992))));
            HttpResponse<String> none =
                    server.send(form(server, "identity", "a=e&b=".getBytes(StandardCharsets.UTF_8)));
            HttpResponse<String> tooLong = server.send(form(server, "gzip", gzip("a=c+d&b=" + "x".repeat(9993))));

            assertEquals("c d9992", longest.body());
            assertEquals("e0", none.body());
            assertEquals(413, tooLong.statusCode());
            assertEquals(
                    "the form inflates to more than the 10000 bytes that it may have (server.max-form-bytes)"
                            + " (err-engram-request-too-large)\n",
                    tooLong.body());
        }
    }

    @Test
    void saysWhatIsWrongWithAFormThatItCannotRead() throws Exception {
        try (TestServer server = new TestServer(
                routes -> routes.addQuery("/query", e -> e.answer(200, "text/plain", e.parameter("a"))))) {
            byte[] whole = gzip("a=" + "x".repeat(100));
            HttpResponse<String> zstd = server.send(form(server, "zstd", whole));
            HttpResponse<String> twice = server.send(form(server, "gzip, gzip", whole));

            assertEquals(415, zstd.statusCode());
            assertEquals(
                    "a form with Content-Encoding: zstd is not taken, only gzip and none (err-engram-content-encoding)\n",
                    zstd.body());
            assertEquals(415, twice.statusCode());
            for (byte[] broken : List.of(
                    Arrays.copyOf(whole, whole.length - 9), "a=b".getBytes(StandardCharsets.UTF_8), new byte[0])) {
                HttpResponse<String> refused = server.send(form(server, "gzip", broken));
                assertEquals(400, refused.statusCode(), refused.body());
                assertTrue(refused.body().contains("gzip"), refused.body());
            }
        }
    }

    private static HttpRequest.Builder multipart(TestServer server, String boundary, byte[] body) {
        return server.request("/query?match[]=first")
                .header("Content-Type", "Multipart/Form-Data; boundary=" + boundary)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private static String part(String disposition, String value) {
        return "--x\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + value + "\r\n";
    }

    /** As curl --form sends them, and as Prometheus reads them. */
    @Test
    void takesTheFieldsOfMultipartFormsAndLeavesFiles() throws Exception {
        try (TestServer server = new TestServer(routes -> routes.addQuery(
                "/query", e -> e.answer(200, "text/plain", e.parameters("match[]") + "|" + e.parameter("file"))))) {
            String body = part("name=\"match[]\"", "a+b%20=&\r\né")
                    + part("name=\"file\"; filename=\"f.txt\"", "none of ours")
                    + part("name=\"match[]\"", "")
                    + part("name=\"\"", "nobody's")
                    + "--x--\r\n";
            HttpResponse<String> plain = server.send(multipart(server, "x", body.getBytes(StandardCharsets.UTF_8)));
            HttpResponse<String> gzipped =
                    server.send(multipart(server, "\"x\"", gzip(body)).header("Content-Encoding", "gzip"));

            assertEquals("[first, a+b%20=&\r\né, ]|null", plain.body());
            assertEquals(plain.body(), gzipped.body());
        }
    }

    @Test
    void boundsMultipartFormsAndSaysWhatIsWrongWithThem() throws Exception {
        try (TestServer server = new TestServer(
                routes -> routes.addQuery("/query", e -> e.answer(200, "text/plain", "a is " + e.parameter("a"))),
                "server.max-form-bytes",
                "2MiB")) {
            HttpResponse<String> tooLong = server.send(multipart(
                    server, "x", (part("name=a", "x".repeat(2 << 20)) + "--x--\r\n").getBytes(StandardCharsets.UTF_8)));
            HttpResponse<String> tooMany = server.send(multipart(
                    server, "x", (part("name=a", "").repeat(10_001) + "--x--\r\n").getBytes(StandardCharsets.UTF_8)));

            assertEquals(413, tooLong.statusCode());
            assertEquals(4, tooMany.statusCode() / 100, tooMany.body());
            byte[] noUtf8 = (part("name=a", "\u00FF") + "--x--\r\n").getBytes(StandardCharsets.ISO_8859_1);
            for (HttpRequest.Builder broken : List.of(
                    multipart(server, "", "--x--\r\n".getBytes(StandardCharsets.UTF_8)),
                    multipart(server, "x", part("name=a", "cut off").getBytes(StandardCharsets.UTF_8)),
                    multipart(server, "x", noUtf8))) {
                HttpResponse<String> refused = server.send(broken);
                assertEquals(400, refused.statusCode(), refused.body());
                assertTrue(refused.body().contains("the form is not"), refused.body());
            }
        }
    }
}
