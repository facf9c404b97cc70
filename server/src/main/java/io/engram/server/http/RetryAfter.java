package io.engram.server.http;

import java.util.random.RandomGenerator;

/**
 * How long a refused sender is asked to wait: 6 s · 2ⁿ ± 50 %, at most 96 s, with n from its header {@code
 * Retry-Attempt}. The spread keeps senders that were refused together from coming back together.
 */
final class RetryAfter {
    static final int FIRST_SECONDS = 6;
    static final int MAX_SECONDS = 96;

    private RetryAfter() {}

    /** @param attempt the header {@code Retry-Attempt}; anything but a number counts as the first attempt */
    static int seconds(String attempt, RandomGenerator random) {
        double centre = FIRST_SECONDS * Math.pow(2, Math.min(attemptNumber(attempt), 10));
        double spread = 0.5 + random.nextDouble();
        return (int) Math.max(1, Math.min(MAX_SECONDS, Math.round(centre * spread)));
    }

    private static int attemptNumber(String attempt) {
        if (attempt == null || attempt.isEmpty() || attempt.length() > 9) {
            return 0;
        }
        for (int i = 0; i < attempt.length(); i++) {
            if (attempt.charAt(i) < '0' || attempt.charAt(i) > '9') {
                return 0;
            }
        }
        return Integer.parseInt(attempt);
    }
}
