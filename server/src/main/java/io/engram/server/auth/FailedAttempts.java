package io.engram.server.auth;

import io.engram.model.time.Clock;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts failed attempts by where they came from: for each name that was claimed, so that one with a wrong password does
 * not shut out the others behind the same proxy, and for all names together. Whether a name exists plays no part, or
 * callers could tell. Minutes are counted from the first failure of each. Safe for all threads.
 */
final class FailedAttempts {
    static final long WINDOW_MS = 60_000;
    /** How many times as many failures all names of one source may have together. */
    static final int NAMES_FACTOR = 10;
    /** A few MiB at most. When there are more, the oldest is forgotten. */
    static final int MAX_SOURCES = 10_000;

    private final Clock clock;
    private final int maxPerMinute;
    /** In the order of their windows, so that the eldest is the one that ends first. Guarded by this. */
    private final Map<Source, Window> windows = new LinkedHashMap<>();

    /** @param name null for all names together */
    private record Source(String network, String name) {
        /** An IPv6 caller owns at least 64 bits of addresses, so those count as one. */
        static Source of(InetAddress address, String name) {
            byte[] bytes = address.getAddress();
            byte[] network = address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes;
            boolean overlong = name != null && name.length() > UserFile.MAX_NAME_LENGTH;
            return new Source(
                    HexFormat.of().formatHex(network), overlong ? name.substring(0, UserFile.MAX_NAME_LENGTH) : name);
        }
    }

    private static final class Window {
        final long endMs;
        int failures;

        Window(long endMs) {
            this.endMs = endMs;
        }
    }

    FailedAttempts(Clock clock, int maxPerMinute) {
        this.clock = clock;
        this.maxPerMinute = maxPerMinute;
    }

    /** How long the caller must wait before this name is tried again; 0 where it may be now. */
    synchronized long blockedMs(InetAddress address, String name) {
        if (windows.isEmpty()) {
            return 0;
        }
        return Math.max(
                blockedMs(Source.of(address, name), maxPerMinute),
                blockedMs(Source.of(address, null), NAMES_FACTOR * maxPerMinute));
    }

    private long blockedMs(Source source, int max) {
        Window window = windows.get(source);
        return window == null || window.failures < max ? 0 : Math.max(0, window.endMs - clock.nowMs());
    }

    synchronized void count(InetAddress address, String name) {
        long nowMs = clock.nowMs();
        count(Source.of(address, name), nowMs);
        count(Source.of(address, null), nowMs);
    }

    private void count(Source source, long nowMs) {
        Window window = windows.get(source);
        if (window == null || window.endMs <= nowMs) {
            windows.remove(source);
            makeRoom(nowMs);
            window = new Window(nowMs + WINDOW_MS);
            windows.put(source, window);
        }
        window.failures++;
    }

    private void makeRoom(long nowMs) {
        Iterator<Window> eldest = windows.values().iterator();
        while (eldest.hasNext() && (eldest.next().endMs <= nowMs || windows.size() >= MAX_SOURCES)) {
            eldest.remove();
        }
    }

    synchronized int size() {
        return windows.size();
    }
}
