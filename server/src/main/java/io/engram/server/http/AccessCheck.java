package io.engram.server.http;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.server.auth.Authenticator;
import io.engram.server.auth.Caller;
import io.engram.server.auth.LoginBlocked;
import io.engram.server.auth.Role;
import io.engram.server.tenant.TenantResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Whether a request may take its route, and for whom it may act. */
final class AccessCheck {
    /** RFC 9110: which schemes are taken. Browsers ask for a name and a password when they see the first. */
    private static final String[] CHALLENGES = {"Basic realm=\"engram\", charset=\"UTF-8\"", "Bearer realm=\"engram\""};

    private static final Caller NOBODY = _ -> {
        throw new Failure(ErrorId.CREDENTIALS_MISSING, "this path knows no caller, so no tenant");
    };

    private final TenantResolver tenants;
    private final Authenticator users;

    /** @param users null where the tenant's header is trusted */
    AccessCheck(TenantResolver tenants, Authenticator users) {
        this.tenants = tenants;
        this.users = users;
    }

    /**
     * @param exchange gets the headers of a refusal
     * @throws Failure where the request may not
     */
    Caller check(Routes.Access access, Request request, JettyExchange exchange) throws InterruptedException {
        return switch (access) {
            case OPEN -> users == null ? tenants::resolve : NOBODY;
            case WRITE -> users == null ? tenants::resolve : identify(request, exchange, Role.WRITE);
            case READ -> users == null ? tenants::resolve : identify(request, exchange, Role.READ);
            case OBSERVE -> users == null ? tenants::resolve : operator(request, exchange);
            case OPERATE -> {
                if (users == null) {
                    LocalCaller.require(request);
                }
                yield users == null ? tenants::resolve : operator(request, exchange);
            }
        };
    }

    /** Credentials that are shown are judged, on the same machine too: whoever shows them wants to know. */
    private Caller operator(Request request, JettyExchange exchange) throws InterruptedException {
        if (exchange.header("Authorization") == null && LocalCaller.is(request)) {
            return tenants::resolve;
        }
        if (LocalCaller.fromAnotherSite(request.getHeaders())) {
            // A browser adds the credentials that it knows to what any site's page makes it send.
            throw new Failure(ErrorId.OPERATOR_ONLY, "another site's page asks for an operator's path");
        }
        return identify(request, exchange, Role.OPERATE);
    }

    private Caller identify(Request request, JettyExchange exchange, Role role) throws InterruptedException {
        try {
            return users.authenticate(exchange.header("Authorization"), address(request), role);
        } catch (LoginBlocked e) {
            exchange.setHeader("Retry-After", Long.toString(e.waitSeconds()));
            throw e.failure();
        } catch (Failure e) {
            if (e.id() == ErrorId.CREDENTIALS_MISSING || e.id() == ErrorId.CREDENTIALS_WRONG) {
                for (String challenge : CHALLENGES) {
                    exchange.addHeader(HttpHeader.WWW_AUTHENTICATE.asString(), challenge);
                }
            }
            throw e;
        }
    }

    private static InetAddress address(Request request) {
        SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
        return remote instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress()
                : InetAddress.getLoopbackAddress();
    }
}
