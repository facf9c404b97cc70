package io.engram.server.config;

import java.util.List;

/** The configuration cannot be used. One line per mistake, each naming the key and where it was set. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;
    /** With which the process ends. */
    public static final int EXIT_CODE = 2;

    private final transient List<String> mistakes;

    public ConfigException(List<String> mistakes) {
        super(String.join("\n", mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    public List<String> mistakes() {
        return mistakes;
    }
}
