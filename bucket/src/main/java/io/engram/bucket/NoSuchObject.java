package io.engram.bucket;

/** Nothing is stored under the key. */
public final class NoSuchObject extends BucketException {
    private static final long serialVersionUID = 1L;

    public NoSuchObject(Operation operation, String bucket, String key) {
        super(operation, bucket, key, "no such object", null);
    }
}
