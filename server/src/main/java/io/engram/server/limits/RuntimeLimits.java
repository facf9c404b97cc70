package io.engram.server.limits;

import io.engram.model.TenantId;
import io.engram.model.limits.Limits;
import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import io.engram.server.config.ConfigException;
import io.engram.server.config.TenantOverrides;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits of all tenants: those of the configuration, and what the runtime file says for single tenants. Looking up is
 * one look into a map and allocates nothing. Safe for all threads.
 *
 * <p>{@link #reload} reads the file whole and compares its hash: a change is never missed, whatever the file's time says
 * (Kubernetes swaps links, copies keep times). A file that is bad later leaves what held before.
 */
public final class RuntimeLimits implements TenantLimits {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeLimits.class);

    /** More lines say nothing new. */
    private static final int LOGGED_MISTAKES = 10;

    /**
     * What held since a reload, and how the last attempt went.
     *
     * @param sha256 of the file that holds; empty where there is none
     * @param loadedMs when it was first read
     * @param mistakes of the file as it is now; empty where it holds
     */
    record State(Map<TenantId, Limits> overrides, String sha256, long loadedMs, List<String> mistakes) {}

    private final Limits defaults;
    private final Path file; // null where there is none
    private final Map<String, String> environment;
    private final Clock clock;
    private volatile State state;
    private String triedSha256 = ""; // guarded by this: of the content that was judged last, "" for none

    private RuntimeLimits(Limits defaults, Path file, Map<String, String> environment, Clock clock) {
        this.defaults = defaults;
        this.file = file;
        this.environment = environment;
        this.clock = clock;
        this.state = new State(Map.of(), "", clock.nowMs(), List.of());
    }

    /**
     * Reads the file that the configuration names.
     *
     * @param defaults what holds for tenants, and keys, that the file does not name
     * @param environment for {@code ${VAR}} in values
     * @throws ConfigException where the file is bad
     */
    public static RuntimeLimits open(
            RuntimeConfig config, Limits defaults, Map<String, String> environment, Clock clock)
            throws ConfigException {
        Path file = config.file().isEmpty() ? null : Path.of(config.file());
        RuntimeLimits limits = new RuntimeLimits(defaults, file, environment, clock);
        limits.reload();
        List<String> mistakes = limits.state.mistakes;
        if (!mistakes.isEmpty()) {
            throw new ConfigException(mistakes);
        }
        return limits;
    }

    @Override
    public Limits of(TenantId tenant) {
        return state.overrides.getOrDefault(tenant, defaults);
    }

    /** What holds for tenants that the file does not name. */
    public Limits defaults() {
        return defaults;
    }

    State state() {
        return state;
    }

    Path file() {
        return file;
    }

    /** Looks at the file and takes it over where it has changed and is good. */
    public synchronized void reload() {
        if (file == null) {
            return;
        }
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            refuse("missing", List.of("runtime-config.file: " + file + " does not exist"));
            return;
        } catch (IOException e) {
            refuse("unreadable", List.of("runtime-config.file: " + file + " cannot be read: " + e.getMessage()));
            return;
        }
        String sha256 = sha256(content);
        if (sha256.equals(triedSha256)) {
            return;
        }
        boolean first = triedSha256.isEmpty();
        try {
            Map<TenantId, Limits> overrides =
                    TenantOverrides.parse(new String(content, StandardCharsets.UTF_8), file, environment, defaults);
            triedSha256 = sha256;
            state = new State(overrides, sha256, clock.nowMs(), List.of());
            LOG.atInfo()
                    .addKeyValue("file", file)
                    .addKeyValue("tenants", overrides.size())
                    .addKeyValue("sha256", sha256)
                    .log(first ? "overrides loaded" : "overrides loaded anew");
        } catch (ConfigException e) {
            refuse(sha256, e.mistakes());
        }
    }

    /** Keeps what holds, and says why; once for the same content. */
    private void refuse(String content, List<String> mistakes) {
        boolean start = triedSha256.isEmpty(); // then the caller says it
        if (!content.equals(triedSha256) && !start) {
            LOG.atError()
                    .addKeyValue("file", file)
                    .addKeyValue("mistakes", mistakes.size())
                    .log("bad runtime file, the overrides from before go on: {}", shown(mistakes));
        }
        triedSha256 = content;
        State before = state;
        state = new State(before.overrides, before.sha256, before.loadedMs, mistakes);
    }

    private static String shown(List<String> mistakes) {
        return String.join("; ", mistakes.subList(0, Math.min(LOGGED_MISTAKES, mistakes.size())));
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
