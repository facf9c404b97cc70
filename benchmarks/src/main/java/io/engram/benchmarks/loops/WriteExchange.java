package io.engram.benchmarks.loops;

import io.engram.model.TenantId;
import io.engram.server.http.ByteBuf;
import io.engram.server.http.Exchange;
import java.io.OutputStream;
import java.util.List;

/** A remote write request without a network: headers and a body in memory. Used again and again. */
final class WriteExchange implements Exchange {
    private static final TenantId TENANT = new TenantId("bench");

    private final String contentType;
    private final byte[] body;
    int status;

    WriteExchange(String contentType, byte[] body) {
        this.contentType = contentType;
        this.body = body;
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
        return switch (name) {
            case "Content-Type" -> contentType;
            case "Content-Encoding" -> "snappy";
            default -> null;
        };
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
        return body.length;
    }

    @Override
    public void readBody(ByteBuf into, long limitBytes) {
        into.clear();
        into.ensureRoom(body.length);
        System.arraycopy(body, 0, into.array(), 0, body.length);
        into.advance(body.length);
    }

    @Override
    public void setHeader(String name, String value) {}

    @Override
    public void answer(int status, String contentType, byte[] body) {
        this.status = status;
    }

    @Override
    public void answer(int status, String contentType, String body) {
        this.status = status;
    }

    @Override
    public void answer(int status) {
        this.status = status;
    }

    @Override
    public OutputStream stream(int status, String contentType) {
        throw new IllegalStateException("writes are answered at once");
    }

    @Override
    public boolean clientGone() {
        return false;
    }
}
