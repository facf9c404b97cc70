package io.engram.server.logging;

import io.engram.model.config.Section;
import io.engram.model.config.Setting;

/** What is logged, and how a line looks. */
@Section("log")
public record LogConfig(
        @Setting(value = "info", doc = "From which level on events are logged: debug, info, warn or error.")
        Level level,

        @Setting(value = "logfmt", doc = "How a line looks: logfmt or json.")
        Format format) {

    /** How much an event matters. */
    public enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    /** How a line looks. */
    public enum Format {
        LOGFMT,
        JSON
    }
}
