package io.engram.bucket;

import java.io.IOException;
import java.util.Locale;

/** An object store that did not do what it was asked. The message names operation, bucket, key and cause. */
public abstract sealed class BucketException extends IOException permits NoSuchObject, BucketUnavailable {
    private static final long serialVersionUID = 1L;
    private final Operation operation;
    private final String key;

    BucketException(Operation operation, String bucket, String key, String problem, Throwable cause) {
        super(operation.name().toLowerCase(Locale.ROOT) + " of '" + key + "' in " + bucket + ": " + problem, cause);
        this.operation = operation;
        this.key = key;
    }

    public Operation operation() {
        return operation;
    }

    public String key() {
        return key;
    }
}
