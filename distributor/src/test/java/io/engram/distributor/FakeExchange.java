package io.engram.distributor;

import io.engram.model.TenantId;
import io.engram.server.http.ByteBuf;
import io.engram.server.http.Exchange;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A request with headers and a body, of tenant {@code team-a}. */
final class FakeExchange implements Exchange {
    static final TenantId TENANT = new TenantId("team-a");

    private final Map<String, String> headers = new HashMap<>();
    private final byte[] body;
    long declaredLength;
    int status;
    boolean bodyWasRead;
    /** What was answered, where that was text. */
    String text;

    FakeExchange(byte[] body) {
        this.body = body;
        this.declaredLength = body.length;
        headers.put("Content-Type", "application/x-protobuf");
        headers.put("Content-Encoding", "snappy");
    }

    FakeExchange with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    @Override
    public String method() {
        return "POST";
    }

    @Override
    public String path() {
        return "/api/v1/push";
    }

    @Override
    public String pathParameter(String name) {
        return null;
    }

    @Override
    public String header(String name) {
        return headers.get(name);
    }

    @Override
    public TenantId tenant() {
        return TENANT;
    }

    @Override
    public String parameter(String name) {
        return null;
    }

    @Override
    public List<String> parameters(String name) {
        return List.of();
    }

    @Override
    public long declaredLength() {
        return declaredLength;
    }

    @Override
    public void readBody(ByteBuf into, long limitBytes) {
        bodyWasRead = true;
        into.clear();
        into.ensureRoom(body.length);
        System.arraycopy(body, 0, into.array(), 0, body.length);
        into.advance(body.length);
    }

    @Override
    public void setHeader(String name, String value) {
        headers.put(name, value);
    }

    @Override
    public void answer(int status, String contentType, byte[] body) {
        this.status = status;
    }

    @Override
    public void answer(int status, String contentType, String body) {
        this.status = status;
        this.text = body;
    }

    @Override
    public void answer(int status) {
        this.status = status;
    }

    @Override
    public OutputStream stream(int status, String contentType) {
        throw new AssertionError("writes are answered at once");
    }

    @Override
    public boolean clientGone() {
        return false;
    }
}
