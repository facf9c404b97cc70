package io.engram.benchmarks.e2e;

import java.util.Arrays;

/** The versions of remote write, and how a request says which it is. */
enum Protocol {
    V1("1.0", "application/x-protobuf", "0.1.0"),
    V2("2.0", "application/x-protobuf;proto=io.prometheus.write.v2.Request", "2.0.0");

    private final String text;
    final String contentType;
    final String versionHeader;

    Protocol(String text, String contentType, String versionHeader) {
        this.text = text;
        this.contentType = contentType;
        this.versionHeader = versionHeader;
    }

    static Protocol of(String text) {
        return Arrays.stream(values())
                .filter(protocol -> protocol.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--protocol is 1.0 or 2.0, not " + text));
    }
}
