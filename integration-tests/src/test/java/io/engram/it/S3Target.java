package io.engram.it;

import io.engram.bucket.testing.S3Operation;
import io.engram.bucket.testing.S3Request;
import java.util.List;
import java.util.function.Predicate;

/**
 * Requests of one kind.
 *
 * @param keyEnd what the keys of the objects end in
 */
record S3Target(S3Operation operation, String keyEnd) implements Predicate<S3Request> {
    private static final S3Target LISTINGS = new S3Target(S3Operation.LIST, "");
    private static final S3Target READ_INDEX = new S3Target(S3Operation.GET, "/index");
    static final S3Target READ_CHUNKS = new S3Target(S3Operation.GET, "/chunks/000001");
    private static final S3Target READ_META = new S3Target(S3Operation.GET, "/meta.json");
    private static final S3Target READ_BUCKET_INDEX = new S3Target(S3Operation.GET, "/bucket-index.json.gz");
    private static final S3Target WRITE_INDEX = new S3Target(S3Operation.PUT, "/index");
    private static final S3Target WRITE_CHUNKS = new S3Target(S3Operation.PUT, "/chunks/000001");
    private static final S3Target WRITE_META = new S3Target(S3Operation.PUT, "/meta.json");
    private static final S3Target WRITE_BUCKET_INDEX = new S3Target(S3Operation.PUT, "/bucket-index.json.gz");
    private static final S3Target WRITE_MARK = new S3Target(S3Operation.PUT, "deletion-mark.json");
    private static final S3Target DELETE = new S3Target(S3Operation.DELETE, "");

    static final List<S3Target> SHIPPING =
            List.of(LISTINGS, WRITE_CHUNKS, WRITE_INDEX, WRITE_META, READ_META, READ_BUCKET_INDEX, WRITE_BUCKET_INDEX);
    static final List<S3Target> COMPACTION = List.of(
            LISTINGS,
            READ_CHUNKS,
            READ_INDEX,
            READ_META,
            WRITE_CHUNKS,
            WRITE_INDEX,
            WRITE_META,
            WRITE_MARK,
            WRITE_BUCKET_INDEX,
            DELETE);
    static final List<S3Target> QUERIES = List.of(READ_BUCKET_INDEX, READ_INDEX, READ_CHUNKS);

    @Override
    public boolean test(S3Request request) {
        return request.operation() == operation && request.key().endsWith(keyEnd);
    }
}
