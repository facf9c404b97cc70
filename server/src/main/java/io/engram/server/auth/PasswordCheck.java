package io.engram.server.auth;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks passwords, each right one once: a password's hash takes a fraction of a second, and a Prometheus sends many
 * requests a second. Right ones are remembered by a keyed hash (HMAC-SHA-256, the key is new with every process), so
 * that memory holds no password. Wrong ones are not: they cost their time whenever they come, on one thread, so that
 * strangers cannot take more than one core. Safe for all threads.
 */
final class PasswordCheck implements AutoCloseable {
    /** Checks that may wait; one takes about 0.2 s, so the last waits some seconds. */
    private static final int MAX_WAITING = 32;

    private final SecretKeySpec key;
    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            Thread.ofPlatform().name("password-check").daemon().factory());

    /**
     * What one state of the auth file has been found to hold: goes with it. Has at most one entry per right password,
     * and one per check under way.
     */
    static final class Known {
        private final Users users;
        private final ConcurrentHashMap<String, CompletableFuture<Boolean>> checks = new ConcurrentHashMap<>();

        Known(Users users) {
            this.users = users;
        }

        Users users() {
            return users;
        }
    }

    PasswordCheck() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, "HmacSHA256");
        worker.allowCoreThreadTimeOut(true);
    }

    /**
     * Waits for the answer. Requests that show the same credentials at a time share one check.
     *
     * @throws Failure {@link ErrorId#SERVER_BUSY} where too many others wait
     */
    boolean matches(Known known, User user, Credentials.Basic shown) throws InterruptedException {
        String mac = mac(shown);
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> check = known.checks.putIfAbsent(mac, mine);
        if (check == null) {
            check = mine;
            submit(known, user, shown, mac, mine);
        }
        try {
            return check.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Failure failure
                    ? new Failure(failure.id(), "too many passwords are being checked", failure)
                    : new IllegalStateException("check a password", e.getCause());
        }
    }

    private void submit(
            Known known, User user, Credentials.Basic shown, String mac, CompletableFuture<Boolean> answer) {
        try {
            Future<?> _ = worker.submit(() -> {
                try {
                    boolean matches = known.users.passwordMatches(user, shown.secret());
                    if (!matches) {
                        known.checks.remove(mac);
                    }
                    answer.complete(matches);
                } catch (RuntimeException | Error e) {
                    known.checks.remove(mac);
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            known.checks.remove(mac);
            answer.completeExceptionally(new Failure(ErrorId.SERVER_BUSY, "too many passwords are being checked", e));
        }
    }

    private String mac(Credentials.Basic shown) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(shown.name().getBytes(StandardCharsets.UTF_8));
            mac.update((byte) ':'); // no name has a colon, so that no two pairs look the same
            return Base64.getEncoder().encodeToString(mac.doFinal(shown.secret().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
