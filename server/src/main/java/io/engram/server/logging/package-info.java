/**
 * Log lines, on standard error. In: what code says through slf4j (and libraries through {@code java.util.logging}).
 * Out: one line per event, logfmt or JSON. Read {@link io.engram.server.logging.Logging}.
 */
package io.engram.server.logging;
