package io.engram.server.http;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** A request body with parameters: an HTML form of either kind, as it is or compressed with gzip. */
final class FormBody {
    private static final String URL_ENCODED = "application/x-www-form-urlencoded";
    private static final String MULTIPART = "multipart/form-data";

    private FormBody() {}

    /** @param contentType the header, or null */
    static boolean is(String contentType) {
        String type = contentType == null ? "" : contentType.trim().toLowerCase(Locale.ROOT);
        return type.startsWith(URL_ENCODED) || type.startsWith(MULTIPART);
    }

    /**
     * Adds what the form says.
     *
     * @param sent is borrowed until this returns
     * @param contentType one that {@link #is}
     * @param contentEncoding the header, or null
     * @throws Failure {@link ErrorId#CONTENT_ENCODING}, {@link ErrorId#REQUEST_MALFORMED} or {@link
     *     ErrorId#REQUEST_TOO_LARGE}
     */
    static void addTo(Parameters to, ByteBuf sent, String contentType, String contentEncoding, int limitBytes) {
        ByteBuf form = plain(sent, contentEncoding, limitBytes);
        if (contentType.trim().toLowerCase(Locale.ROOT).startsWith(MULTIPART)) {
            MultipartForm.read(form, contentType, Parameters.MAX_COUNT, to::addPart);
        } else {
            to.addForm(form);
        }
    }

    /** The form as it was before it was compressed. */
    private static ByteBuf plain(ByteBuf sent, String contentEncoding, int limitBytes) {
        String encoding = contentEncoding == null ? "" : contentEncoding.trim().toLowerCase(Locale.ROOT);
        return switch (encoding) {
            case "", "identity" -> sent;
            case "gzip", "x-gzip" -> inflate(sent, limitBytes);
            default ->
                throw new Failure(
                        ErrorId.CONTENT_ENCODING,
                        "a form with Content-Encoding: " + contentEncoding + " is not taken, only gzip and none");
        };
    }

    private static ByteBuf inflate(ByteBuf sent, int limitBytes) {
        ByteBuf plain = new ByteBuf((int) Math.min(limitBytes, 4L * sent.length() + 64));
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(sent.array(), 0, sent.length()))) {
            while (true) {
                plain.ensureRoom(1);
                int room = (int) Math.min(plain.array().length, limitBytes + 1L) - plain.length();
                int count = gzip.read(plain.array(), plain.length(), room);
                if (count < 0) {
                    return plain;
                }
                plain.advance(count);
                if (plain.length() > limitBytes) {
                    throw new Failure(
                            ErrorId.REQUEST_TOO_LARGE,
                            "the form inflates to more than the " + limitBytes
                                    + " bytes that it may have (server.max-form-bytes)");
                }
            }
        } catch (IOException e) {
            throw new Failure(
                    ErrorId.REQUEST_MALFORMED,
                    "the form is not the gzip stream that Content-Encoding says, or is cut off: " + e.getMessage(),
                    e);
        }
    }
}
