package io.engram.querier;

import io.engram.model.TenantId;
import io.engram.model.testing.StrictJson;
import io.engram.server.http.ByteBuf;
import io.engram.server.http.Exchange;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A request in memory, and the answer it got. */
final class FakeExchange implements Exchange {
    private final String method;
    private final String path;
    private final TenantId tenant;
    private final Map<String, List<String>> parameters = new LinkedHashMap<>();
    private final Map<String, String> headers = new HashMap<>();
    final Map<String, String> pathParameters = new HashMap<>();

    volatile boolean gone;
    int status;
    String contentType;
    private byte[] requestBody = {};
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    FakeExchange(String method, String path, TenantId tenant) {
        this.method = method;
        this.path = path;
        this.tenant = tenant;
    }

    FakeExchange with(String name, String value) {
        parameters.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        return this;
    }

    FakeExchange header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** With a body to read. */
    FakeExchange body(byte[] bytes) {
        requestBody = bytes;
        return this;
    }

    byte[] bytes() {
        return body.toByteArray();
    }

    String answerHeader(String name) {
        return headers.get("answer:" + name);
    }

    String text() {
        return body.toString(StandardCharsets.UTF_8);
    }

    /** The answer, parsed; fails where it is no JSON. */
    Map<String, Object> json() {
        return StrictJson.object(text());
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String pathParameter(String name) {
        return pathParameters.get(name);
    }

    @Override
    public String header(String name) {
        return headers.get(name);
    }

    @Override
    public TenantId tenant() {
        return tenant;
    }

    @Override
    public String parameter(String name) {
        List<String> all = parameters(name);
        return all.isEmpty() ? null : all.getFirst();
    }

    @Override
    public List<String> parameters(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    @Override
    public long declaredLength() {
        return requestBody.length;
    }

    @Override
    public void readBody(ByteBuf into, long limitBytes) {
        into.clear();
        into.ensureRoom(requestBody.length);
        System.arraycopy(requestBody, 0, into.array(), 0, requestBody.length);
        into.advance(requestBody.length);
    }

    @Override
    public void setHeader(String name, String value) {
        headers.put("answer:" + name, value);
    }

    @Override
    public void answer(int answered, String type, byte[] bytes) {
        begin(answered, type).writeBytes(bytes);
    }

    @Override
    public void answer(int answered, String type, String text) {
        answer(answered, type, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void answer(int answered) {
        begin(answered, null);
    }

    @Override
    public OutputStream stream(int answered, String type) {
        return begin(answered, type);
    }

    private ByteArrayOutputStream begin(int answered, String type) {
        if (status != 0) {
            throw new IllegalStateException("answered twice");
        }
        status = answered;
        contentType = type;
        return body;
    }

    @Override
    public boolean clientGone() {
        return gone;
    }
}
