package io.engram.server.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.testing.ManualClock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {
    private final ManualClock clock = new ManualClock(0);
    private final FailedAttempts failures = new FailedAttempts(clock, 3);

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text); // a literal: nobody is asked
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private void fail(String address, String name, int times) {
        for (int i = 0; i < times; i++) {
            failures.count(address(address), name);
        }
    }

    @Test
    void blocksANameUntilItsMinuteIsOver() {
        fail("192.0.2.1", "a", 2);
        assertEquals(0, failures.blockedMs(address("192.0.2.1"), "a"));

        clock.advance(20_000);
        fail("192.0.2.1", "a", 1);
        assertEquals(40_000, failures.blockedMs(address("192.0.2.1"), "a"));
        assertEquals(0, failures.blockedMs(address("192.0.2.1"), "b"));
        assertEquals(0, failures.blockedMs(address("192.0.2.2"), "a"));

        clock.advance(40_000);
        assertEquals(0, failures.blockedMs(address("192.0.2.1"), "a"));
    }

    @Test
    void blocksAnAddressThatTriesManyNames() {
        for (int i = 0; i < 3 * FailedAttempts.NAMES_FACTOR; i++) {
            fail("192.0.2.1", "name" + i, 1);
        }

        assertEquals(60_000, failures.blockedMs(address("192.0.2.1"), "another"));
        assertEquals(0, failures.blockedMs(address("192.0.2.2"), "another"));
    }

    @Test
    void countsTheAddressesOfANetworkAsOneInIpv6() {
        fail("2001:db8::1", "a", 2);
        fail("2001:db8::2", "a", 1);

        assertEquals(60_000, failures.blockedMs(address("2001:db8::3"), "a"));
        assertEquals(0, failures.blockedMs(address("2001:db8:0:1::1"), "a"));
    }

    @Test
    void forgetsTheOldestWhenThereAreTooMany() {
        fail("192.0.2.1", "a", 3);
        for (int i = 0; i < FailedAttempts.MAX_SOURCES; i++) {
            fail("2001:db8:" + Integer.toHexString(i) + "::1", "x".repeat(10_000), 1);
        }

        assertEquals(FailedAttempts.MAX_SOURCES, failures.size());
        assertEquals(0, failures.blockedMs(address("192.0.2.1"), "a"));
    }
}
