package io.engram.server.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LineEncoderTest {
    private static LoggingEvent event(Throwable thrown) {
        LoggerContext context = new LoggerContext();
        LoggingEvent event = new LoggingEvent(
                "", context.getLogger("io.engram.Distributor"), Level.WARN, "push {}", thrown, new Object[] {"rejected"
                });
        event.setInstant(Instant.parse("2026-01-02T03:04:05.006Z"));
        event.addKeyValuePair(new KeyValuePair("tenant", "t1"));
        event.addKeyValuePair(new KeyValuePair("reason", "say \"no\"\nthen"));
        event.addKeyValuePair(new KeyValuePair("none", null));
        return event;
    }

    private static String line(LogConfig.Format format, Throwable thrown) {
        return new String(new LineEncoder(format).encode(event(thrown)), StandardCharsets.UTF_8);
    }

    @Test
    void writesLogfmt() {
        assertEquals(
                "ts=2026-01-02T03:04:05.006Z level=warn caller=Distributor msg=\"push rejected\" tenant=t1"
                        + " reason=\"say \\\"no\\\"\\nthen\"\n",
                line(LogConfig.Format.LOGFMT, null));
    }

    @Test
    void writesFlatJson() {
        assertEquals(
                "{\"ts\":\"2026-01-02T03:04:05.006Z\",\"level\":\"warn\",\"caller\":\"Distributor\",\"msg\":\"push"
                        + " rejected\",\"tenant\":\"t1\",\"reason\":\"say \\\"no\\\"\\nthen\"}\n",
                line(LogConfig.Format.JSON, null));
    }

    @Test
    void keepsAStackTraceOnTheLine() {
        String line = line(LogConfig.Format.LOGFMT, new IllegalStateException("oops"));

        assertTrue(line.contains("err=\"java.lang.IllegalStateException: oops\\n\\tat "), line);
        assertEquals(1, line.lines().count());
    }
}
