package io.engram.bucket;

import io.engram.bucket.RequestObserver.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A bucket whose every call is reported to an observer. A listing counts as one call for each page. */
public final class MeteredBucket implements Bucket {
    private final Bucket bucket;
    private final RequestObserver observer;

    public MeteredBucket(Bucket bucket, RequestObserver observer) {
        this.bucket = bucket;
        this.observer = observer;
    }

    @Override
    public String name() {
        return bucket.name();
    }

    @Override
    public void upload(String key, Path file) throws BucketUnavailable {
        Call call = new Call(Operation.UPLOAD);
        try {
            bucket.upload(key, file);
            call.done(sizeBytes(file));
        } finally {
            call.end();
        }
    }

    private static long sizeBytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException _) {
            return 0;
        }
    }

    @Override
    public void put(String key, byte[] bytes) throws BucketUnavailable {
        Call call = new Call(Operation.PUT);
        try {
            bucket.put(key, bytes);
            call.done(bytes.length);
        } finally {
            call.end();
        }
    }

    @Override
    public Optional<String> putIf(Condition condition, String key, byte[] bytes) throws BucketUnavailable {
        Call call = new Call(Operation.PUT_IF);
        try {
            Optional<String> version = bucket.putIf(condition, key, bytes);
            if (version.isPresent()) {
                call.done(bytes.length);
            } else {
                call.outcome = Outcome.UNMET;
            }
            return version;
        } finally {
            call.end();
        }
    }

    @Override
    public ObjectInfo stat(String key) throws NoSuchObject, BucketUnavailable {
        Call call = new Call(Operation.STAT);
        try {
            ObjectInfo info = bucket.stat(key);
            call.done(0);
            return info;
        } catch (NoSuchObject e) {
            call.outcome = Outcome.UNMET;
            throw e;
        } finally {
            call.end();
        }
    }

    @Override
    public StoredObject get(String key, int maxBytes) throws NoSuchObject, BucketUnavailable {
        Call call = new Call(Operation.GET);
        try {
            StoredObject object = bucket.get(key, maxBytes);
            call.done(object.bytes().length);
            return object;
        } catch (NoSuchObject e) {
            call.outcome = Outcome.UNMET;
            throw e;
        } finally {
            call.end();
        }
    }

    @Override
    public byte[] getRange(String key, long offset, int length) throws NoSuchObject, BucketUnavailable {
        Call call = new Call(Operation.GET_RANGE);
        try {
            byte[] bytes = bucket.getRange(key, offset, length);
            call.done(bytes.length);
            return bytes;
        } catch (NoSuchObject e) {
            call.outcome = Outcome.UNMET;
            throw e;
        } finally {
            call.end();
        }
    }

    @Override
    public void list(String prefix, Depth depth, PageConsumer pages) throws BucketUnavailable {
        new MeteredListing(pages).run(prefix, depth);
    }

    /** A call a page: it begins where the walk does, or where the last page has been worked on. */
    private final class MeteredListing {
        private final PageConsumer pages;
        private Call call = new Call(Operation.LIST);
        private boolean seen;

        MeteredListing(PageConsumer pages) {
            this.pages = pages;
        }

        void run(String prefix, Depth depth) throws BucketUnavailable {
            boolean walked = false;
            try {
                bucket.list(prefix, depth, this::page);
                walked = true;
            } finally {
                if (!walked) {
                    call.end();
                } else if (!seen) {
                    call.done(0);
                    call.end();
                }
            }
        }

        private boolean page(ListPage page) throws BucketUnavailable {
            seen = true;
            call.done(0);
            call.end();
            // What fails from here to the next page is the consumer's or that page's; both end the walk.
            boolean goOn = pages.accept(page);
            call = new Call(Operation.LIST);
            return goOn;
        }
    }

    @Override
    public void delete(String key) throws BucketUnavailable {
        Call call = new Call(Operation.DELETE);
        try {
            bucket.delete(key);
            call.done(0);
        } finally {
            call.end();
        }
    }

    @Override
    public void close() {
        bucket.close();
    }

    private final class Call {
        private final Operation operation;
        private final long beganNanos = System.nanoTime();
        private Outcome outcome = Outcome.FAILED;
        private long bytes;
        private boolean ended;

        Call(Operation operation) {
            this.operation = operation;
        }

        void done(long doneBytes) {
            outcome = Outcome.DONE;
            bytes = doneBytes;
        }

        void end() {
            if (!ended) {
                ended = true;
                observer.ended(operation, outcome, bytes, System.nanoTime() - beganNanos);
            }
        }
    }
}
