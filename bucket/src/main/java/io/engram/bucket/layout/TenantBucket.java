package io.engram.bucket.layout;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.Condition;
import io.engram.bucket.ListPage;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.ObjectInfo;
import io.engram.bucket.StoredObject;
import io.engram.model.TenantId;
import io.engram.model.failure.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What belongs to one tenant: keys begin behind its name, here and in what comes out. Errors name the whole key. */
public final class TenantBucket implements Bucket {
    private final Bucket bucket;
    private final TenantId tenant;
    private final String prefix;

    public TenantBucket(Bucket bucket, TenantId tenant) {
        this.bucket = bucket;
        this.tenant = tenant;
        this.prefix = tenant.value() + "/";
    }

    /** Every tenant that has anything in the bucket, in order; folders whose names are no tenant's are passed over. */
    public static List<TenantId> tenants(Bucket bucket) throws BucketUnavailable {
        List<TenantId> tenants = new ArrayList<>();
        bucket.list("", Depth.FOLDER, page -> {
            for (String folder : page.folders()) {
                tenantOf(folder.substring(0, folder.length() - 1)).ifPresent(tenants::add);
            }
            return true;
        });
        return tenants;
    }

    private static Optional<TenantId> tenantOf(String name) {
        try {
            return Optional.of(new TenantId(name));
        } catch (Failure _) {
            return Optional.empty();
        }
    }

    public TenantId tenant() {
        return tenant;
    }

    @Override
    public String name() {
        return bucket.name() + "/" + tenant;
    }

    @Override
    public void upload(String key, Path file) throws BucketUnavailable {
        bucket.upload(prefix + key, file);
    }

    @Override
    public void put(String key, byte[] bytes) throws BucketUnavailable {
        bucket.put(prefix + key, bytes);
    }

    @Override
    public Optional<String> putIf(Condition condition, String key, byte[] bytes) throws BucketUnavailable {
        return bucket.putIf(condition, prefix + key, bytes);
    }

    @Override
    public ObjectInfo stat(String key) throws NoSuchObject, BucketUnavailable {
        return relative(bucket.stat(prefix + key));
    }

    @Override
    public StoredObject get(String key, int maxBytes) throws NoSuchObject, BucketUnavailable {
        StoredObject object = bucket.get(prefix + key, maxBytes);
        return new StoredObject(relative(object.info()), object.bytes());
    }

    @Override
    public byte[] getRange(String key, long offset, int length) throws NoSuchObject, BucketUnavailable {
        return bucket.getRange(prefix + key, offset, length);
    }

    @Override
    public void list(String below, Depth depth, PageConsumer pages) throws BucketUnavailable {
        bucket.list(
                prefix + below,
                depth,
                page -> pages.accept(new ListPage(
                        page.objects().stream().map(this::relative).toList(),
                        page.folders().stream()
                                .map(folder -> folder.substring(prefix.length()))
                                .toList())));
    }

    @Override
    public void delete(String key) throws BucketUnavailable {
        bucket.delete(prefix + key);
    }

    /** Leaves the bucket open: it is shared. */
    @Override
    public void close() {}

    private ObjectInfo relative(ObjectInfo info) {
        return new ObjectInfo(
                info.key().substring(prefix.length()), info.sizeBytes(), info.lastModifiedMs(), info.version());
    }
}
