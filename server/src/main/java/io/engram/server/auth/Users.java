package io.engram.server.auth;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All users of one state of the auth file. Immutable, so that a request is judged by one state only. */
final class Users {
    private final Map<String, User> byName = new HashMap<>();
    /**
     * By the first bytes of the token's hash. How long a look-up takes tells something about hashes, and nothing about
     * tokens: nobody can choose a token by its hash.
     */
    private final Map<Long, TokenOf> byToken = new HashMap<>();
    /** The most work that anybody's passwords cost; everybody's failure costs as much. */
    private final long worstIterations;

    private record TokenOf(User user, SecretHash.Token token) {}

    /** @throws IllegalArgumentException where a name or a token stands twice */
    Users(List<User> users) {
        long worst = 0;
        for (User user : users) {
            if (byName.putIfAbsent(user.name(), user) != null) {
                throw new IllegalArgumentException("user '" + user.name() + "' stands there twice");
            }
            for (SecretHash secret : user.secrets()) {
                if (secret instanceof SecretHash.Token token
                        && byToken.putIfAbsent(prefix(token.sha256()), new TokenOf(user, token)) != null) {
                    throw new IllegalArgumentException(
                            "user '" + user.name() + "' has a token that stands there twice");
                }
            }
            worst = Math.max(worst, iterations(user));
        }
        this.worstIterations = worst;
    }

    private static long iterations(User user) {
        long sum = 0;
        for (SecretHash secret : user.secrets()) {
            sum += secret instanceof SecretHash.Password password ? password.iterations() : 0;
        }
        return sum;
    }

    private static long prefix(byte[] digest) {
        return ByteBuffer.wrap(digest).getLong();
    }

    int count() {
        return byName.size();
    }

    /** Null where there is none. */
    User named(String name) {
        return byName.get(name);
    }

    /** Whose token this is, or null. */
    User withToken(String token) {
        byte[] digest = SecretHash.Token.digest(token);
        TokenOf found = byToken.get(prefix(digest));
        return found != null && found.token.matches(digest) ? found.user : null;
    }

    /** Whether any user has a password: without, no failure costs more than a token's. */
    boolean havePasswords() {
        return worstIterations > 0;
    }

    /**
     * Tries a password on all that the user has. Takes as long for every user who fails, and for nobody.
     *
     * @param user null for a name that is not there
     */
    boolean passwordMatches(User user, String password) {
        if (password.isEmpty()) {
            return false; // no password is empty, so this tells nothing about the user
        }
        boolean matches = false;
        long left = worstIterations;
        if (user != null) {
            for (SecretHash secret : user.secrets()) {
                if (secret instanceof SecretHash.Password known) {
                    matches |= known.matches(password);
                    left -= known.iterations();
                }
            }
        }
        if (!matches && left > 0) {
            SecretHash.Password.derive(
                    password, new byte[SecretHash.SALT_BYTES], (int) Math.min(left, Integer.MAX_VALUE));
        }
        return matches;
    }
}
