package io.engram.server.auth;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.time.Clock;
import io.engram.server.ServerConfig;
import io.engram.server.metrics.Metrics;
import io.engram.server.tenant.TenantResolver;
import java.net.InetAddress;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says who calls:
 *
 * <ol>
 *   <li>a token, as Bearer or as the password of its user, is looked up by its SHA-256: cheap, so it is never held up;
 *   <li>whoever failed too often from the same address within a minute is told to wait (429);
 *   <li>a password is looked up among those known to be right, or hashed;
 *   <li>what fails is counted and logged, without what was shown.
 * </ol>
 *
 * Safe for all threads.
 */
public final class Authenticator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);
    /** Stands for Bearer among the names that fail: no user has it. */
    private static final String NO_NAME = "";

    private final UserFileWatch file;
    private final PasswordCheck passwords = new PasswordCheck();
    private final FailedAttempts failures;
    private final TenantResolver tenants;
    private final AuthMetrics metrics;

    /** @throws IllegalArgumentException where {@code server.auth-file} cannot be used */
    public Authenticator(ServerConfig config, TenantResolver tenants, Clock clock, Metrics metrics) {
        this.file = new UserFileWatch(Path.of(config.authFile()), config.authReloadInterval(), clock, metrics);
        this.failures = new FailedAttempts(clock, config.authMaxFailuresPerMinute());
        this.tenants = tenants;
        this.metrics = new AuthMetrics(metrics, failures::size);
    }

    /** Reads the file again from now on. */
    public void start() {
        file.start();
    }

    @Override
    public void close() {
        file.close();
        passwords.close();
    }

    /**
     * @param authorization the header, or null
     * @param address where the request came from
     * @throws Failure {@link ErrorId#CREDENTIALS_MISSING}, {@link ErrorId#CREDENTIALS_WRONG}, {@link
     *     ErrorId#ROLE_MISSING}, {@link ErrorId#SERVER_BUSY}; {@link LoginBlocked} where there were too many failures
     */
    public Caller authenticate(String authorization, InetAddress address, Role needed)
            throws InterruptedException, LoginBlocked {
        if (authorization == null) {
            metrics.missing();
            throw new Failure(ErrorId.CREDENTIALS_MISSING, "this server asks for credentials: Basic or Bearer");
        }
        User user = identify(Credentials.parse(authorization), address);
        try {
            user.require(needed);
        } catch (Failure e) {
            metrics.role();
            throw e;
        }
        return headers -> {
            try {
                return user.tenant(headers, tenants);
            } catch (Failure e) {
                if (e.id() == ErrorId.TENANT_FORBIDDEN) {
                    metrics.tenant();
                }
                throw e;
            }
        };
    }

    private User identify(Credentials credentials, InetAddress address) throws InterruptedException, LoginBlocked {
        PasswordCheck.Known known = file.current();
        Users users = known.users();
        User found =
                switch (credentials) {
                    case Credentials.Bearer(String token) -> {
                        User user = users.withToken(token);
                        if (user == null) {
                            allow(address, NO_NAME);
                        }
                        yield user;
                    }
                    case Credentials.Basic basic -> byBasic(known, basic, address);
                    case Credentials.Unreadable _ -> {
                        allow(address, NO_NAME);
                        yield null;
                    }
                };
        if (found == null) {
            throw failed(credentials, users, address);
        }
        return found;
    }

    private User byBasic(PasswordCheck.Known known, Credentials.Basic shown, InetAddress address)
            throws InterruptedException, LoginBlocked {
        Users users = known.users();
        User user = users.named(shown.name());
        User owner = users.withToken(shown.secret());
        if (owner != null && owner == user) {
            return user;
        }
        allow(address, shown.name());
        return users.havePasswords() && passwords.matches(known, user, shown) ? user : null;
    }

    private void allow(InetAddress address, String name) throws LoginBlocked {
        long waitMs = failures.blockedMs(address, name);
        if (waitMs > 0) {
            metrics.blocked();
            throw new LoginBlocked(waitMs);
        }
    }

    private Failure failed(Credentials credentials, Users users, InetAddress address) {
        String name = credentials instanceof Credentials.Basic basic ? basic.name() : NO_NAME;
        failures.count(address, name);
        metrics.wrong();
        // A name that does not exist may be a password in the wrong field.
        boolean exists = users.named(name) != null;
        LOG.atWarn()
                .addKeyValue("address", address.getHostAddress())
                .addKeyValue("scheme", credentials.getClass().getSimpleName())
                .addKeyValue("user", exists ? name : null)
                .log("login failed");
        return new Failure(
                ErrorId.CREDENTIALS_WRONG,
                credentials instanceof Credentials.Unreadable
                        ? "the header Authorization is neither Basic nor Bearer"
                        : "unknown user, or wrong password or token");
    }
}
