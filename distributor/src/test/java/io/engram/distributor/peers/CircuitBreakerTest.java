package io.engram.distributor.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.engram.distributor.peers.CircuitBreaker.State;
import io.engram.model.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CircuitBreakerTest {
    private static final long COOL_DOWN_MS = 1000;

    private final CircuitBreaker breaker = new CircuitBreaker(3, COOL_DOWN_MS);

    private void failThrice(long nowMs) {
        for (int i = 0; i < 3; i++) {
            breaker.failed(breaker.begin(nowMs, 0), nowMs);
        }
    }

    @Test
    void opensAfterFailuresInARow() {
        breaker.failed(breaker.begin(0, 0), 0);
        breaker.failed(breaker.begin(0, 0), 0);
        breaker.succeeded(breaker.begin(0, 0));
        breaker.failed(breaker.begin(0, 0), 0);
        breaker.failed(breaker.begin(0, 0), 0);
        assertEquals(State.CLOSED, breaker.state());
        breaker.failed(breaker.begin(0, 0), 0);
        assertEquals(State.OPEN, breaker.state());
        assertEquals(CircuitBreaker.REFUSED, breaker.begin(COOL_DOWN_MS - 1, 0));
    }

    @Test
    void letsOneProbeThroughAfterTheCoolDown() {
        failThrice(0);
        long probe = breaker.begin(COOL_DOWN_MS, 0);
        assertNotEquals(CircuitBreaker.REFUSED, probe);
        assertEquals(CircuitBreaker.REFUSED, breaker.begin(COOL_DOWN_MS, 0));
        breaker.succeeded(probe);
        assertEquals(State.CLOSED, breaker.state());
        assertNotEquals(CircuitBreaker.REFUSED, breaker.begin(COOL_DOWN_MS, 0));
    }

    @Test
    void aProbeThatFailsBeginsAnotherCoolDown() {
        failThrice(0);
        breaker.failed(breaker.begin(COOL_DOWN_MS, 0), COOL_DOWN_MS + 500);
        assertEquals(CircuitBreaker.REFUSED, breaker.begin(2 * COOL_DOWN_MS, 0));
        assertNotEquals(CircuitBreaker.REFUSED, breaker.begin(2 * COOL_DOWN_MS + 500, 0));
    }

    @Test
    void aSilentProbeIsFollowedByAnother() {
        failThrice(0);
        long silent = breaker.begin(COOL_DOWN_MS, 0);
        long second = breaker.begin(2 * COOL_DOWN_MS, 0);
        assertNotEquals(CircuitBreaker.REFUSED, second);
        breaker.failed(silent, 2 * COOL_DOWN_MS);
        breaker.succeeded(second);
        assertEquals(State.CLOSED, breaker.state());
    }

    @Test
    void callsFromBeforeSayNothing() {
        long early = breaker.begin(0, 0);
        long other = breaker.begin(0, 0);
        failThrice(0);
        breaker.succeeded(early);
        assertEquals(State.OPEN, breaker.state());
        long probe = breaker.begin(COOL_DOWN_MS, 0);
        breaker.failed(other, COOL_DOWN_MS);
        assertEquals(State.HALF_OPEN, breaker.state());
        breaker.succeeded(probe);
        assertEquals(State.CLOSED, breaker.state());
    }

    @Test
    void aPeerThatIsConnectedToAnewIsTriedAtOnce() {
        failThrice(0);
        long early = breaker.begin(COOL_DOWN_MS, 0);
        assertEquals(CircuitBreaker.REFUSED, breaker.begin(COOL_DOWN_MS, 0));
        for (int call = 0; call < 10; call++) {
            assertNotEquals(CircuitBreaker.REFUSED, breaker.begin(COOL_DOWN_MS, 1));
        }
        breaker.failed(early, COOL_DOWN_MS); // of the life before
        assertEquals(State.CLOSED, breaker.state());
        for (int i = 0; i < 3; i++) {
            breaker.failed(breaker.begin(COOL_DOWN_MS, 1), COOL_DOWN_MS);
        }
        assertEquals(CircuitBreaker.REFUSED, breaker.begin(COOL_DOWN_MS, 1));
    }

    @Test
    void aClockThatIsSetBackDoesNotKeepItOpen() {
        failThrice(1_000_000);
        assertNotEquals(CircuitBreaker.REFUSED, breaker.begin(5, 0));
    }

    @Test
    void neverOpensWhereThatIsTurnedOff() {
        CircuitBreaker off = new CircuitBreaker(0, COOL_DOWN_MS);
        for (int i = 0; i < 100; i++) {
            off.failed(off.begin(i, 0), i);
        }
        assertEquals(State.CLOSED, off.state());
    }

    /** Whatever comes in whatever order: while it is not closed, a call goes out once per cool-down at most; and it comes back. */
    @Test
    void sparesThePeerAndRecovers() {
        Seeds.check(200, random -> {
            CircuitBreaker tried = new CircuitBreaker(1 + random.nextInt(5), COOL_DOWN_MS);
            List<Long> underWay = new ArrayList<>();
            long nowMs = 0;
            long lastOutMs = -COOL_DOWN_MS;
            for (int step = 0; step < 300; step++) {
                nowMs += random.nextInt(300);
                if (underWay.isEmpty() || random.nextBoolean()) {
                    boolean closed = tried.state() == State.CLOSED;
                    long call = tried.begin(nowMs, 0);
                    if (call != CircuitBreaker.REFUSED) {
                        underWay.add(call);
                        if (!closed) {
                            assertEquals(true, nowMs - lastOutMs >= COOL_DOWN_MS || lastOutMs < 0, "two probes");
                            lastOutMs = nowMs;
                        }
                    } else {
                        assertEquals(false, closed, "a closed one refuses nothing");
                    }
                } else {
                    long call = underWay.remove(random.nextInt(underWay.size()));
                    if (random.nextInt(3) == 0) {
                        tried.succeeded(call);
                    } else {
                        tried.failed(call, nowMs);
                    }
                }
            }
            long probe = tried.begin(nowMs + COOL_DOWN_MS, 0);
            tried.succeeded(probe);
            assertEquals(State.CLOSED, tried.state());
        });
    }
}
