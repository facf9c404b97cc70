package io.engram.server.auth;

import io.engram.model.TenantId;
import io.engram.model.failure.Failure;
import io.engram.server.yaml.YamlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads the auth file. A list may be written as its only item.
 *
 * <pre>
 * users:
 *   - name: prometheus
 *     secrets: [sha256:…]          # see {@link SecretHash}
 *     tenants: [team-a, team-b]    # or "*"
 *     roles: [write, read]         # of write, read, operate
 * </pre>
 *
 * Anything else is a mistake: a right that somebody believes to have granted or withheld must not be a typing error.
 */
final class UserFile {
    static final int MAX_NAME_LENGTH = 128;

    private static final Set<String> KEYS = Set.of("name", "secrets", "tenants", "roles");

    private UserFile() {}

    /** @throws IllegalArgumentException saying where and what; never with a secret */
    static Users parse(byte[] yaml) {
        Object root = load(new String(yaml, StandardCharsets.UTF_8));
        if (!(root instanceof Map<?, ?> map) || !map.keySet().equals(Set.of("users"))) {
            throw new IllegalArgumentException("expected one key at the top: users");
        }
        if (!(map.get("users") instanceof List<?> entries) || entries.isEmpty()) {
            throw new IllegalArgumentException("users: expected a list of at least one user");
        }
        List<User> users = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            try {
                users.add(user(entries.get(i)));
            } catch (IllegalArgumentException | Failure e) {
                throw new IllegalArgumentException(
                        "users[" + i + "]" + name(entries.get(i)) + ": " + e.getMessage(), e);
            }
        }
        return new Users(users);
    }

    private static Object load(String yaml) {
        try {
            return YamlText.load(yaml);
        } catch (YamlText.TooLarge e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (MarkedYamlEngineException e) {
            // What the parser says may repeat a part of the file, so a secret.
            String where = e.getProblemMark()
                    .map(mark -> "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ": ")
                    .orElse("");
            throw new IllegalArgumentException(where + "not legal YAML, or a key that stands there twice", e);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("not YAML", e);
        }
    }

    private static String name(Object entry) {
        return entry instanceof Map<?, ?> map && map.get("name") instanceof String name ? " (" + name + ")" : "";
    }

    private static User user(Object entry) {
        if (!(entry instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("expected name, secrets, tenants and roles");
        }
        for (Object key : map.keySet()) {
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("unknown key; expected name, secrets, tenants and roles");
            }
        }
        List<String> names = texts(map, "name");
        String name = names.getFirst();
        if (names.size() != 1 || name.isEmpty() || name.length() > MAX_NAME_LENGTH || name.indexOf(':') >= 0) {
            throw new IllegalArgumentException("name: expected 1 to " + MAX_NAME_LENGTH
                    + " characters without a colon (HTTP Basic ends the name there)");
        }
        return new User(name, secrets(map), tenants(map), roles(map));
    }

    private static List<SecretHash> secrets(Map<?, ?> map) {
        List<SecretHash> secrets = new ArrayList<>();
        List<String> texts = texts(map, "secrets");
        for (int i = 0; i < texts.size(); i++) {
            try {
                secrets.add(SecretHash.parse(texts.get(i)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("secrets[" + i + "]: " + e.getMessage(), e);
            }
        }
        return secrets;
    }

    private static Set<TenantId> tenants(Map<?, ?> map) {
        List<String> texts = texts(map, "tenants");
        Set<TenantId> tenants = new HashSet<>();
        if (texts.equals(List.of("*"))) {
            return tenants;
        }
        for (String text : texts) {
            if (text.equals("*")) {
                // As an id it would be legal, and mean something else than its writer meant.
                throw new IllegalArgumentException("tenants: * stands alone");
            }
            tenants.add(new TenantId(text));
        }
        return tenants;
    }

    private static Set<Role> roles(Map<?, ?> map) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String text : texts(map, "roles")) {
            Role role = null;
            for (Role candidate : Role.values()) {
                role = candidate.name().toLowerCase(Locale.ROOT).equals(text) ? candidate : role;
            }
            if (role == null) {
                throw new IllegalArgumentException("roles: '" + text + "' is not one of write, read, operate");
            }
            roles.add(role);
        }
        return roles;
    }

    private static List<String> texts(Map<?, ?> map, String key) {
        Object value = map.get(key);
        List<?> items = value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
        if (items.isEmpty()) {
            throw new IllegalArgumentException(key + ": is missing");
        }
        List<String> texts = new ArrayList<>();
        for (Object item : items) {
            if (item == null || item instanceof Map<?, ?> || item instanceof List<?>) {
                throw new IllegalArgumentException(key + ": expected text, or a list of texts");
            }
            texts.add(item.toString());
        }
        return texts;
    }
}
