/**
 * Text as Go writes it, because Prometheus' answers and error texts are made with Go's {@code strconv}: floats
 * ({@link io.engram.model.text.GoFloat}) and quoted strings ({@link io.engram.model.text.GoQuote}).
 */
package io.engram.model.text;
