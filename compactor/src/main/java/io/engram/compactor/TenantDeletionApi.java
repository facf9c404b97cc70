package io.engram.compactor;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.layout.TenantBucket;
import io.engram.compactor.tenant.TenantDeletion;
import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.time.Clock;
import io.engram.server.http.Exchange;
import io.engram.server.http.Json;
import io.engram.server.tenant.TenantResolver;
import java.io.IOException;

/** Asks for a tenant to be deleted, and how far that is, as Mimir and Cortex do. */
final class TenantDeletionApi {
    private final Bucket bucket;
    private final Clock clock;

    TenantDeletionApi(Bucket bucket, Clock clock) {
        this.bucket = bucket;
        this.clock = clock;
    }

    /** Answers once the mark is in the bucket; the blocks go with the compactor's next pass. */
    void request(Exchange exchange) throws IOException {
        TenantId tenant = named(exchange);
        try {
            new TenantDeletion(new TenantBucket(bucket, tenant), clock).request();
        } catch (BucketUnavailable e) {
            throw unavailable(e);
        }
        exchange.answer(200);
    }

    void status(Exchange exchange) throws IOException {
        TenantId tenant = named(exchange);
        boolean done;
        try {
            done = new TenantDeletion(new TenantBucket(bucket, tenant), clock).isDone();
        } catch (BucketUnavailable e) {
            throw unavailable(e);
        }
        StringBuilder json = new StringBuilder("{\"tenant_id\":");
        Json.quote(tenant.value(), json);
        exchange.answer(
                200,
                "application/json",
                json.append(",\"blocks_deleted\":").append(done).append("}\n").toString());
    }

    /** Nobody deletes a tenant because a header was forgotten. */
    private static TenantId named(Exchange exchange) {
        TenantId tenant = exchange.tenant();
        String header = exchange.header(TenantResolver.HEADER);
        if (tenant.equals(TenantId.ANONYMOUS) && (header == null || header.isEmpty())) {
            throw new Failure(
                    ErrorId.TENANT_MISSING, "no org id: the header " + TenantResolver.HEADER + " must name the tenant");
        }
        return tenant;
    }

    private static Failure unavailable(BucketUnavailable e) {
        return new Failure(ErrorId.BUCKET_UNAVAILABLE, e.getMessage(), e);
    }
}
