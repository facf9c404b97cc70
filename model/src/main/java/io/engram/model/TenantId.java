package io.engram.model;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.util.Set;

/**
 * Whose data it is. Valid by construction: 1 to 150 characters of {@code a-zA-Z0-9!-_.*'()}, none of the names that
 * mean something else in a bucket or a path.
 */
public record TenantId(String value) implements Comparable<TenantId> {
    public static final int MAX_LENGTH = 150;
    private static final Set<String> RESERVED = Set.of(".", "..", "__mimir_cluster", "user-index.json.gz");

    /** Who writes and reads when no tenant is named and none is required; stands behind what its check needs. */
    public static final TenantId ANONYMOUS = new TenantId("anonymous");

    /**
     * @throws Failure {@link ErrorId#TENANT_INVALID} where the id breaks a rule
     */
    public TenantId {
        if (value.isEmpty()) {
            throw new Failure(ErrorId.TENANT_INVALID, "tenant id is empty");
        }
        if (value.length() > MAX_LENGTH) {
            throw new Failure(
                    ErrorId.TENANT_INVALID,
                    "tenant id is " + value.length() + " characters long, the maximum is " + MAX_LENGTH);
        }
        for (int i = 0; i < value.length(); i++) {
            if (!allowed(value.charAt(i))) {
                throw new Failure(
                        ErrorId.TENANT_INVALID,
                        "tenant id has a character that is not allowed at position " + i
                                + "; allowed are letters, digits and !-_.*'()");
            }
        }
        if (RESERVED.contains(value)) {
            throw new Failure(ErrorId.TENANT_INVALID, "tenant id '" + value + "' is reserved");
        }
    }

    private static boolean allowed(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "!-_.*'()".indexOf(c) >= 0;
    }

    @Override
    public int compareTo(TenantId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
