package io.engram.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.failure.Cause;
import io.engram.model.testing.Seeds;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailureStatusTest {
    @Test
    void everyCauseHasItsStatus() {
        Map<Cause, Integer> expected = new EnumMap<>(Map.of(
                Cause.BAD_REQUEST, 400,
                Cause.UNAUTHENTICATED, 401,
                Cause.FORBIDDEN, 403,
                Cause.NOT_FOUND, 404,
                Cause.METHOD_NOT_ALLOWED, 405,
                Cause.NOT_ACCEPTABLE, 406,
                Cause.REQUEST_TIMEOUT, 408,
                Cause.TOO_LARGE, 413,
                Cause.UNSUPPORTED_TYPE, 415,
                Cause.RATE_LIMITED, 429));
        expected.put(Cause.QUERY_TOO_LARGE, 422);
        expected.put(Cause.UNAVAILABLE, 503);
        expected.put(Cause.BROKEN, 500);

        for (Cause cause : Cause.values()) {
            assertEquals(expected.get(cause), FailureStatus.of(cause).status(), cause.name());
        }
    }

    @Test
    void retryAfterDoublesWithEachAttemptUpToItsMaximum() {
        int[] centres = {6, 12, 24, 48, 96};
        Seeds.check(200, random -> {
            for (int attempt = 0; attempt < centres.length; attempt++) {
                int seconds = RetryAfter.seconds(Integer.toString(attempt), random);
                assertTrue(seconds >= centres[attempt] / 2, attempt + ": " + seconds);
                assertTrue(seconds <= Math.min(96, centres[attempt] * 3 / 2), attempt + ": " + seconds);
            }
            assertTrue(RetryAfter.seconds("99999999", random) <= 96);
        });
    }

    @Test
    void retryAfterTakesNonsenseForTheFirstAttempt() {
        for (String nonsense : new String[] {null, "", "-1", "x", "99999999999999999999"}) {
            assertTrue(RetryAfter.seconds(nonsense, Seeds.random()) <= 9, nonsense);
        }
    }
}
