package io.engram.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets logback up in code: no file that somebody could forget to ship. */
public final class Logging {
    /** Libraries whose informational lines are not worth a person's time. */
    private static final List<String> QUIET = List.of("org.eclipse.jetty", "io.grpc", "io.netty");

    /** These tell at every attempt that they do not get through; the store of the rings says so in its own words. */
    private static final List<String> SILENT = List.of("org.apache.zookeeper", "org.apache.curator");

    private Logging() {}

    /** Replaces whatever logging there was. */
    public static void configure(LogConfig config) {
        configure((LoggerContext) LoggerFactory.getILoggerFactory(), config);
        bridge();
    }

    static void configure(LoggerContext context, LogConfig config) {
        context.reset();
        LineEncoder encoder = new LineEncoder(config.format());
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(Level.toLevel(config.level().name()));
        for (String name : SILENT) {
            context.getLogger(name).setLevel(Level.ERROR);
        }
        for (String name : QUIET) {
            context.getLogger(name).setLevel(config.level() == LogConfig.Level.ERROR ? Level.ERROR : Level.WARN);
        }
    }

    private static void bridge() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }
}
