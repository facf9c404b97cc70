package io.engram.server.auth;

import io.engram.model.time.Clock;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what the auth file says, and reads it again at an interval. By its content, not by its times: the file may be a
 * link that is pointed elsewhere (as Kubernetes mounts secrets). A file that cannot be used leaves what held before.
 */
final class UserFileWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UserFileWatch.class);

    private final Path file;
    private final Duration interval;
    private final Clock clock;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("auth-file").daemon().factory());

    private byte[] seen;
    private String complaint;
    private volatile PasswordCheck.Known known;
    private volatile boolean good = true;
    private volatile long loadedMs;

    /** @throws IllegalArgumentException where the file cannot be used: then nobody could come in */
    UserFileWatch(Path file, Duration interval, Clock clock, Metrics metrics) {
        this.file = file;
        this.interval = interval;
        this.clock = clock;
        try {
            take(Files.readAllBytes(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "cannot use the auth file " + file + " (server.auth-file): " + reason(e), e);
        }
        metrics.gauge(
                "engram_server_auth_file_last_reload_successful",
                "Whether the auth file could be used when it was last read; where not, what it said before holds.",
                () -> good ? 1 : 0);
        metrics.gauge(
                "engram_server_auth_file_last_reload_success_timestamp_seconds",
                "When the auth file was last read with a new content that could be used.",
                () -> loadedMs / 1e3);
        metrics.gauge("engram_server_auth_users", "Users in the auth file.", () -> known.users()
                .count());
    }

    /** The state that holds now. */
    PasswordCheck.Known current() {
        return known;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::reload, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Called by one thread. */
    private void reload() {
        try {
            byte[] content = Files.readAllBytes(file);
            if (!Arrays.equals(content, seen)) {
                take(content);
                LOG.atInfo()
                        .addKeyValue("file", file)
                        .addKeyValue("users", known.users().count())
                        .log("auth file reloaded");
            }
            good = true;
            complaint = null;
        } catch (IOException | RuntimeException e) {
            good = false;
            String reason = reason(e);
            if (!reason.equals(complaint)) { // once, not at every interval
                complaint = reason;
                LOG.atError()
                        .addKeyValue("file", file)
                        .addKeyValue("error", reason)
                        .log("the auth file cannot be used, what it said before holds");
            }
        }
    }

    private void take(byte[] content) {
        known = new PasswordCheck.Known(UserFile.parse(content));
        seen = content;
        loadedMs = clock.nowMs();
    }

    private static String reason(Exception e) {
        return e instanceof NoSuchFileException
                ? "it does not exist"
                : e instanceof IOException ? "it cannot be read: " + e : e.getMessage();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
