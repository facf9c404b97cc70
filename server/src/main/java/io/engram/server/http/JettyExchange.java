package io.engram.server.http;

import io.engram.model.TenantId;
import io.engram.server.auth.Caller;
import io.engram.server.tenant.TenantResolver;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/** One request over Jetty. Everything that costs is done when it is asked for, once. */
final class JettyExchange implements Exchange {
    private final Request request;
    private final Response response;
    private final BodyReader bodies;
    private final int maxFormBytes;
    private final ClientWatch client;

    private Caller caller;
    private RouteTable.Match match;
    private TenantId tenant;
    private Parameters parameters;
    private boolean answered;
    private long receivedBytes;

    JettyExchange(Request request, Response response, BodyReader bodies, int maxFormBytes) {
        this.request = request;
        this.response = response;
        this.bodies = bodies;
        this.maxFormBytes = maxFormBytes;
        this.client = new ClientWatch(request);
    }

    void matched(RouteTable.Match found) {
        match = found;
    }

    /** Says who calls; before anybody asks for the tenant. */
    void calledBy(Caller known) {
        caller = known;
    }

    /** The pattern that the path matched, or null. */
    String pattern() {
        return match == null ? null : match.path().pattern();
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String path() {
        return PercentCoding.decodePath(request.getHttpURI().getPath());
    }

    @Override
    public String pathParameter(String name) {
        String value = match.parameters().get(name);
        if (value == null) {
            throw new IllegalArgumentException("the pattern " + match.path().pattern() + " has no {" + name + "}");
        }
        return value;
    }

    @Override
    public String header(String name) {
        return request.getHeaders().get(name);
    }

    @Override
    public TenantId tenant() {
        if (tenant == null) {
            tenant = caller.tenant(request.getHeaders().getValuesList(TenantResolver.HEADER));
        }
        return tenant;
    }

    /** The tenant where it was resolved, for a log line. */
    TenantId knownTenant() {
        return tenant;
    }

    @Override
    public String parameter(String name) {
        return allParameters().first(name);
    }

    @Override
    public List<String> parameters(String name) {
        return allParameters().all(name);
    }

    private Parameters allParameters() {
        if (parameters == null) {
            Parameters found = new Parameters();
            found.addQuery(request.getHttpURI().getQuery());
            if (FormBody.is(header("Content-Type"))) {
                ByteBuf form = new ByteBuf(256);
                try {
                    readBody(form, maxFormBytes);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                FormBody.addTo(found, form, header("Content-Type"), header("Content-Encoding"), maxFormBytes);
            }
            parameters = found;
        }
        return parameters;
    }

    @Override
    public long declaredLength() {
        return ClientWatch.hasNoBody(request) ? 0 : request.getLength();
    }

    @Override
    public void readBody(ByteBuf into, long limitBytes) throws IOException {
        try {
            bodies.read(request, into, limitBytes);
            client.bodyRead();
        } finally {
            receivedBytes += into.length();
        }
    }

    long receivedBytes() {
        return receivedBytes;
    }

    @Override
    public void setHeader(String name, String value) {
        response.getHeaders().put(name, value);
    }

    /** Leaves a value that whoever refuses knew better. */
    void setHeaderIfAbsent(String name, String value) {
        if (!response.getHeaders().contains(name)) {
            setHeader(name, value);
        }
    }

    /** Adds a header that may stand there several times. */
    void addHeader(String name, String value) {
        response.getHeaders().add(name, value);
    }

    @Override
    public void answer(int status, String contentType, byte[] body) throws IOException {
        begin(status, contentType);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        Content.Sink.write(response, true, ByteBuffer.wrap(body));
    }

    @Override
    public void answer(int status, String contentType, String body) throws IOException {
        answer(status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void answer(int status) throws IOException {
        begin(status, null);
        Content.Sink.write(response, true, null);
    }

    @Override
    public OutputStream stream(int status, String contentType) throws IOException {
        begin(status, contentType);
        return new AnswerStream(response);
    }

    private void begin(int status, String contentType) {
        if (answered) {
            throw new IllegalStateException("the request was answered already");
        }
        answered = true;
        response.setStatus(status);
        if (contentType != null) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        }
    }

    boolean answered() {
        return answered;
    }

    @Override
    public boolean clientGone() {
        return client.gone();
    }
}
