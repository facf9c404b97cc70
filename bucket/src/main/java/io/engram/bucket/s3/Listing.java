package io.engram.bucket.s3;

import io.engram.bucket.Bucket.Depth;
import io.engram.bucket.Keys;
import io.engram.bucket.ListPage;
import io.engram.bucket.ObjectInfo;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** One listing under way. */
final class Listing {
    private final S3Client client;
    private final String bucket;
    private final String prefix;
    private final Depth depth;
    private String continuation;
    private boolean done;

    Listing(S3Client client, String bucket, String prefix, Depth depth) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
        this.depth = depth;
    }

    boolean hasNext() {
        return !done;
    }

    ListPage next() {
        ListObjectsV2Request.Builder request =
                ListObjectsV2Request.builder().bucket(bucket).prefix(prefix).continuationToken(continuation);
        if (depth == Depth.FOLDER) {
            request.delimiter("/");
        }
        ListObjectsV2Response page = client.listObjectsV2(request.build());
        continuation = page.nextContinuationToken();
        done = !Boolean.TRUE.equals(page.isTruncated()) || continuation == null;
        return page(page);
    }

    /** Consoles make objects whose key ends in a slash to show folders; nothing that is no key is ours. */
    private static ListPage page(ListObjectsV2Response page) {
        List<ObjectInfo> objects = new ArrayList<>();
        for (S3Object object : page.contents()) {
            if (Keys.isKey(object.key())) {
                objects.add(new ObjectInfo(
                        object.key(), object.size(), object.lastModified().toEpochMilli(), object.eTag()));
            }
        }
        List<String> folders = page.commonPrefixes().stream()
                .map(CommonPrefix::prefix)
                .filter(Keys::isPrefix)
                .toList();
        return new ListPage(objects, folders);
    }
}
