package io.engram.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.engram.server.http.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/**
 * One event, one line: {@code ts=… level=info caller=Lifecycle msg="…" key=value}, or the same as a flat JSON object.
 * Line breaks are escaped in both, those of stack traces too.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final boolean json;

    LineEncoder(LogConfig.Format format) {
        this.json = format == LogConfig.Format.JSON;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(256);
        line.append(json ? "{" : "");
        append(line, "ts", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
        append(line, "level", event.getLevel().toString().toLowerCase(Locale.ROOT));
        append(
                line,
                "caller",
                event.getLoggerName().substring(event.getLoggerName().lastIndexOf('.') + 1));
        append(line, "msg", event.getFormattedMessage());
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                if (pair.value != null) {
                    append(line, pair.key, pair.value.toString());
                }
            }
        }
        if (event.getThrowableProxy() != null) {
            append(
                    line,
                    "err",
                    ThrowableProxyUtil.asString(event.getThrowableProxy()).stripTrailing());
        }
        return line.append(json ? "}\n" : "\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private void append(StringBuilder line, String key, String value) {
        boolean first = line.length() == (json ? 1 : 0);
        if (json) {
            line.append(first ? "" : ",");
            Json.quote(key, line);
            line.append(':');
            Json.quote(value, line);
            return;
        }
        line.append(first ? "" : " ").append(key).append('=');
        if (isPlain(value)) {
            line.append(value);
        } else {
            Json.quote(value, line);
        }
    }

    /** Whether logfmt needs no quotes. */
    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) {
                return false;
            }
        }
        return !value.isEmpty();
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
