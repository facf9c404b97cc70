package io.engram.server.http;

import io.engram.model.TenantId;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** One HTTP request and its answer. Used by one thread. */
public interface Exchange {
    String method();

    /** The path, percent-decoded, without the query. */
    String path();

    /** The part of the path that a route's {@code {name}} matched, percent-decoded once. */
    String pathParameter(String name);

    /** The first header of that name, or null. */
    String header(String name);

    /** Whether the client names a content type, such as {@code application/json}, among those that it wants. */
    default boolean accepts(String contentType) {
        String accept = header("Accept");
        return accept != null && accept.contains(contentType);
    }

    /** The tenant that the request acts for, resolved once per request by the server's rules. */
    TenantId tenant();

    /**
     * The first value of a parameter, of the query or of a form body (URL-encoded or multipart; it is read, bounded, at
     * the first call; gzip is understood), or null.
     *
     * @throws io.engram.model.failure.Failure where the body cannot be read as the form that it is declared to be
     */
    String parameter(String name);

    /** All values, in order; the form's behind those of the query. */
    List<String> parameters(String name);

    /** {@code Content-Length}, or −1 where the body is chunked. */
    long declaredLength();

    /**
     * Reads the whole body into {@code into}, which is emptied first and grows as needed.
     *
     * @throws io.engram.model.failure.Failure where it is longer than {@code limitBytes}, or too slow in coming
     */
    void readBody(ByteBuf into, long limitBytes) throws IOException;

    /** Sets a header of the answer; before the answer begins. */
    void setHeader(String name, String value);

    /** Answers with a body that is at hand. */
    void answer(int status, String contentType, byte[] body) throws IOException;

    /** Answers with text in UTF-8. */
    void answer(int status, String contentType, String body) throws IOException;

    /** Answers without a body. */
    void answer(int status) throws IOException;

    /**
     * Begins an answer whose body is written as it is made. It is gathered and goes out when there is much of it, or when
     * the caller closes the stream. One that fails leaves the stream open: then the client gets an error, or sees the
     * connection break where a part has gone out, in place of half an answer.
     */
    OutputStream stream(int status, String contentType) throws IOException;

    /** True once the client has hung up: whoever works for it may stop. */
    boolean clientGone();
}
