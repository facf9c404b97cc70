package io.engram.model.failure;

import java.util.Locale;

/**
 * The permanent names of refusals. A name never changes once released; {@code docs/errors.md} is made from this list
 * and a test compares the two.
 */
public enum ErrorId {
    TENANT_MISSING(
            Cause.UNAUTHENTICATED,
            "The request has no X-Scope-OrgID header and this server requires one.",
            "Send the header, or start the server without --auth.require-tenant."),
    TENANT_INVALID(
            Cause.BAD_REQUEST,
            "The tenant id breaks a rule: 1 to 150 of a-zA-Z0-9!-_.*'(), not '.', '..' or a reserved name.",
            "Change the X-Scope-OrgID that the sender or Grafana sends."),
    TENANT_SEVERAL(
            Cause.BAD_REQUEST,
            "The request names more than one tenant.",
            "Send one X-Scope-OrgID header with one tenant id."),
    CREDENTIALS_MISSING(
            Cause.UNAUTHENTICATED,
            "The server has users (server.auth-file), and the request has no header Authorization.",
            "Give the sender or Grafana a token (Bearer) or a user name and password (Basic)."),
    CREDENTIALS_WRONG(
            Cause.UNAUTHENTICATED,
            "The user of the request does not exist, its password or token is wrong, or the scheme is not Basic or Bearer.",
            "Compare what is sent with server.auth-file; `engram auth hash` makes its lines."),
    LOGIN_RATE(
            Cause.RATE_LIMITED,
            "Too many logins with wrong passwords or tokens came from the address of the request within a minute.",
            "Correct the credentials there, wait for Retry-After; tokens are never held up by the failures of others."),
    ROLE_MISSING(
            Cause.FORBIDDEN,
            "The user may not do this: writing, querying and operating are roles that are granted one by one.",
            "Add the role to the user in server.auth-file, or use another user."),
    TENANT_FORBIDDEN(
            Cause.FORBIDDEN,
            "The user may not act for the tenant of the request.",
            "Send another X-Scope-OrgID, or add the tenant to the user in server.auth-file."),
    OPERATOR_ONLY(
            Cause.FORBIDDEN,
            "The path changes or shows how the server works, and the request is not from the same machine or an operator.",
            "Call it on the machine itself (127.0.0.1), or as a user with the role operate (server.auth-file)."),
    PATH_UNKNOWN(Cause.NOT_FOUND, "Nothing is served at the path of the request.", "Compare the path with the API's."),
    METHOD_NOT_ALLOWED(
            Cause.METHOD_NOT_ALLOWED,
            "The path is served, but not with this method.",
            "Use a method that the header Allow names."),
    REQUEST_MALFORMED(
            Cause.BAD_REQUEST,
            "The request line, a header, a path or a parameter is not legal HTTP, URL encoding or UTF-8.",
            "Correct the client; a proxy in between may be at fault."),
    REQUEST_TOO_LARGE(
            Cause.TOO_LARGE,
            "The body, the form or the headers of the request have more bytes than may be.",
            "Send less at a time, or raise the key that the message names."),
    REQUEST_TOO_SLOW(
            Cause.REQUEST_TIMEOUT,
            "The body of the request came too slowly, or stopped coming.",
            "Look at the network between sender and server, or lower server.min-body-rate-bytes."),
    SERVER_BUSY(
            Cause.UNAVAILABLE,
            "As many requests as may be are being served already.",
            "Send again after Retry-After; if it lasts, add capacity or raise server.max-concurrent-requests."),
    NOT_READY(
            Cause.UNAVAILABLE,
            "The server is starting and cannot serve yet.",
            "Send again after Retry-After; /ready says what is awaited and how far it is."),
    SHUTTING_DOWN(
            Cause.UNAVAILABLE,
            "The server is stopping.",
            "Send again: another instance, or the next start, serves it."),
    INFLIGHT_BYTES(
            Cause.UNAVAILABLE,
            "The bodies of all writes that are being worked on take all the memory that is set aside for them.",
            "The sender tries again by itself; where it lasts, add instances or raise distributor.max-inflight-bytes."),
    NO_OWNER(
            Cause.UNAVAILABLE,
            "No ingester on the ring is active.",
            "Wait until one has started; look at /distributor/ring."),
    NO_QUORUM(
            Cause.UNAVAILABLE,
            "Too few of the ingesters that are to hold the samples took them; those that did have them already.",
            "The sender tries again by itself, and what is stored twice counts once. The message names the ingesters: see"
                    + " that they run, and that the ring (/distributor/ring) has as many as ring.replication-factor."),
    STORE_UNAVAILABLE(
            Cause.UNAVAILABLE,
            "The store in which processes of a cluster agree cannot be reached: nothing can be elected or changed there.",
            "See that ZooKeeper runs, and that ring.zookeeper.connect leads there. Writes of pairs that have a leader, of all"
                    + " others, and queries go on without it."),
    CONTENT_TYPE(
            Cause.UNSUPPORTED_TYPE,
            "The Content-Type of a write is not that of remote write.",
            "Write with application/x-protobuf."),
    CONTENT_ENCODING(
            Cause.UNSUPPORTED_TYPE,
            "The Content-Encoding of a write is not snappy, or that of a query's form is not gzip.",
            "Compress writes with snappy's block format, forms with gzip or not at all, and say so in Content-Encoding."),
    REMOTE_WRITE_VERSION(
            Cause.UNSUPPORTED_TYPE,
            "The Content-Type names a remote write message that this release does not take.",
            "Set protobuf_message in the sender's remote_write section to one of the two that the message names."),
    SNAPPY_INVALID(
            Cause.BAD_REQUEST,
            "The body of a write is not a snappy block, or is cut off.",
            "Look for a proxy that changes bodies; compress with snappy's block format."),
    SNAPPY_FRAMED(
            Cause.BAD_REQUEST,
            "The body of a write is a framed snappy stream; remote write uses the block format.",
            "Compress with the block format: snappy.Encode in Go, not snappy.NewWriter."),
    PROTOBUF_INVALID(
            Cause.BAD_REQUEST,
            "The body of a write is not the protobuf message that remote write prescribes.",
            "Look at the sender; the message says at which byte and why."),
    READ_REQUEST_INVALID(
            Cause.BAD_REQUEST,
            "The body of a remote read is not a snappy block of the protobuf message ReadRequest, or asks for too much.",
            "Look at the client and at proxies in between; the message says what is wrong."),
    METRIC_NAME_MISSING(
            Cause.BAD_REQUEST,
            "A series has no label __name__, or an empty one.",
            "Look for a relabelling rule that drops __name__."),
    LABEL_NAME_EMPTY(Cause.BAD_REQUEST, "A label has a value and no name.", "Look at the sender's relabelling rules."),
    LABEL_DUPLICATE(
            Cause.BAD_REQUEST,
            "A series has the same label name twice.",
            "Look at the sender's external labels and relabelling rules."),
    LABEL_UTF8_INVALID(
            Cause.BAD_REQUEST,
            "The name or value of a label is not valid UTF-8.",
            "Correct the encoding where the label is made."),
    LABEL_NAME_TOO_LONG(
            Cause.BAD_REQUEST,
            "The name of a label is longer than the tenant's limit.",
            "Shorten it, or raise limits.max-label-name-bytes for the tenant."),
    LABEL_VALUE_TOO_LONG(
            Cause.BAD_REQUEST,
            "The value of a label is longer than the tenant's limit.",
            "Shorten it, or raise limits.max-label-value-bytes for the tenant."),
    LABELS_TOO_MANY(
            Cause.BAD_REQUEST,
            "A series has more labels than the tenant's limit.",
            "Drop labels, or raise limits.max-labels-per-series for the tenant."),
    SYMBOL_REF_INVALID(
            Cause.BAD_REQUEST,
            "A series of a remote write 2.0 request refers to a symbol that the request does not have.",
            "Look at the sender: references come in pairs, and count from 0 in the request's symbols."),
    HISTOGRAM_INVALID(
            Cause.BAD_REQUEST,
            "A native histogram contradicts itself; the message says how.",
            "Look at the client library that makes it."),
    HISTOGRAM_BUCKETS_TOO_MANY(
            Cause.BAD_REQUEST,
            "A native histogram has more buckets than the tenant's limit, also in the lowest resolution.",
            "Look at what it observes, or raise limits.max-native-histogram-buckets for the tenant."),
    SAMPLE_IN_FUTURE(
            Cause.BAD_REQUEST,
            "A sample lies further in the future than the tenant's limit.",
            "Set the sender's clock, or raise limits.future-grace-period for the tenant."),
    SAMPLE_IN_PAST(
            Cause.BAD_REQUEST,
            "A sample lies further in the past than the tenant's limit.",
            "Raise limits.past-grace-period for the tenant, or set it to 0 to take any time."),
    SAMPLE_DUPLICATE_TIMESTAMP(
            Cause.BAD_REQUEST,
            "A sample has the time of one that is stored and another value; the first stays.",
            "Look for two senders that send the same series; give each an external label of its own."),
    SAMPLE_OUT_OF_ORDER(
            Cause.BAD_REQUEST,
            "A sample is further behind the newest of its series than limits.out-of-order-time-window allows.",
            "Raise limits.out-of-order-time-window for the tenant. Where nobody should be late, look for two senders of one"
                    + " series; give each an external label of its own."),
    SAMPLE_TOO_OLD(
            Cause.BAD_REQUEST,
            "A sample is older than all that the tenant keeps.",
            "Raise limits.retention for the tenant."),
    INSTANCE_SERIES_LIMIT(
            Cause.UNAVAILABLE,
            "The instance holds as many series as its memory allows; those it has go on.",
            "Add memory or instances; the sender tries again by itself."),
    INSTANCE_MEMORY_LIMIT(
            Cause.UNAVAILABLE,
            "Recent samples fill the memory that the instance has for them, and the tenant holds more than an equal share.",
            "The sender tries again by itself; where it lasts, add memory or instances, or raise ingester.max-memory."),
    INSTANCE_TENANT_LIMIT(
            Cause.UNAVAILABLE,
            "A tenant that the instance does not hold yet writes, and it holds as many tenants as it may.",
            "Look for a sender that makes up tenant ids; add memory or instances, or raise ingester.max-tenants."),
    TENANT_SERIES_LIMIT(
            Cause.BAD_REQUEST,
            "A sample would begin a new series, and the tenant has as many as it may; those it has go on.",
            "Send fewer series (/api/v1/cardinality/label_names shows which there are), or raise limits.max-series."),
    METRIC_SERIES_LIMIT(
            Cause.BAD_REQUEST,
            "A sample would begin a new series of a metric that has as many as one may; those it has go on.",
            "Drop a label of the metric, or raise limits.max-series-per-metric."),
    LABEL_SET_SERIES_LIMIT(
            Cause.BAD_REQUEST,
            "A sample would begin a new series, and a budget that its labels fall under is used up.",
            "Send fewer such series, or raise the budget in limits.series-budgets."),
    HA_CLUSTERS_LIMIT(
            Cause.BAD_REQUEST,
            "A series names an HA pair (limits.ha-cluster-label) that is new, and the tenant has as many as it may.",
            "Look for a sender that makes up values of that label, or raise limits.ha-max-clusters for the tenant."),
    HA_LEADER_LATE(
            Cause.UNAVAILABLE,
            "The elected server of an HA pair is late; until it is back, or another is elected, the others keep what they"
                    + " have.",
            "Nothing: senders try again after Retry-After, and nothing is lost. Where it lasts, look at"
                    + " /distributor/ha_tracker."),
    HA_BUFFER_FULL(
            Cause.UNAVAILABLE,
            "The elected server of an HA pair is so far behind the others that the memory for what they are ahead is full.",
            "The senders keep it and try again. Look at the server that lags (/distributor/ha_tracker), or raise"
                    + " distributor.ha-tracker.buffer-bytes."),
    INGESTION_RATE(
            Cause.RATE_LIMITED,
            "The tenant sends more samples a second than it may.",
            "The sender tries again after Retry-After; where it lasts, raise limits.ingestion-rate and -burst."),
    WAL_UNAVAILABLE(
            Cause.UNAVAILABLE,
            "The write-ahead log cannot be written: the disk is full, broken, or far too slow.",
            "Free space in the ingester's data folder or replace the disk; writing resumes by itself. Senders retry."),
    BLOCK_SERIES_LIMIT(
            Cause.QUERY_TOO_LARGE,
            "A selector finds more series in blocks than the tenant's limit.",
            "Narrow the selector or the time range, or raise limits.max-fetched-block-series for the tenant."),
    BLOCK_CHUNKS_LIMIT(
            Cause.QUERY_TOO_LARGE,
            "The series that a selector finds in blocks have more chunks than the tenant's limit.",
            "Narrow the selector or the time range, or raise limits.max-fetched-block-chunks for the tenant."),
    BLOCK_BYTES_LIMIT(
            Cause.QUERY_TOO_LARGE,
            "A selector brings more bytes out of blocks, indexes and chunks together, than the tenant's limit.",
            "Narrow the selector or the time range, or raise limits.max-fetched-block-bytes for the tenant."),
    BLOCK_DAMAGED(
            Cause.BROKEN,
            "What was read of a block is not what was written, also when it was read from the bucket a second time.",
            "The message names block, file and offset: look at it with `engram blocks verify`. Other blocks are served."),
    BLOCK_UNAVAILABLE(
            Cause.UNAVAILABLE,
            "The bucket did not give what a query needs of a block, after as many attempts as it makes.",
            "Look at the cause in the message: the network, the bucket's credentials, its load. The query may be repeated."),
    BUCKET_UNAVAILABLE(
            Cause.UNAVAILABLE,
            "The object store does not do what it is asked; the message says what and why.",
            "Look at the store, its credentials and bucket.*; send again."),
    BUCKET_INDEX_TOO_OLD(
            Cause.UNAVAILABLE,
            "The list of the tenant's blocks in the bucket is older than may be: blocks may be missing from it.",
            "Look at the compactor, which writes it, and at its access to the bucket; or raise bucket.index-max-age."),
    BLOCKS_UNKNOWN(
            Cause.UNAVAILABLE,
            "Which blocks a tenant has cannot be found out: the bucket, or the bucket index in it, cannot be read.",
            "See that the bucket answers; a damaged bucket-index.json.gz is made again by the compactor."),
    BLOCKS_MISSING(
            Cause.UNAVAILABLE,
            "No store-gateway found blocks that the bucket index names, so the answer would have a hole.",
            "Ask again in a minute; where it lasts, look for the blocks in the bucket and into the store-gateway's log."),
    COPIES_MISSING(
            Cause.UNAVAILABLE,
            "So many ingesters did not answer a query that samples might be missing from it.",
            "Ask again. The message names the ingesters: see that they run; one zone may be down at a time, or without"
                    + " zones half of ring.replication-factor, rounded down."),
    PEER_UNAVAILABLE(
            Cause.UNAVAILABLE,
            "Another instance of the cluster, which the request needs, cannot be reached, went away, or refused the call.",
            "Send again; where it lasts, look at the ring and into the log of the instance that the message names."),
    PEER_TIMEOUT(
            Cause.UNAVAILABLE,
            "Another instance of the cluster did not answer in time.",
            "Send again; where it lasts, look at the load of the instance that the message names, or raise grpc-client.*-timeout."),
    PEER_BUSY(
            Cause.UNAVAILABLE,
            "As many bytes as may be are on their way to another instance, which does not keep up.",
            "The sender tries again by itself; where it lasts, add ingesters or raise grpc-client.max-inflight-push-bytes."),
    CLUSTER_MISMATCH(
            Cause.UNAVAILABLE,
            "An instance called one that belongs to another cluster.",
            "Set server.cluster-name to the same on all instances of a cluster; look for an address that was given away twice."),
    FRAME_INVALID(
            Cause.BROKEN,
            "What one instance sent to another came damaged, or is of a newer format than is known.",
            "Look for releases that are more than one apart, and at the network; the message says at which byte and why."),
    INTERNAL(Cause.BROKEN, "A mistake of ours, or damaged data.", "Look into the log; report it with the log lines.");

    private final Cause cause;
    private final String meaning;
    private final String remedy;

    ErrorId(Cause cause, String meaning, String remedy) {
        this.cause = cause;
        this.meaning = meaning;
        this.remedy = remedy;
    }

    public Cause cause() {
        return cause;
    }

    /** What happened, in a sentence for {@code docs/errors.md}. */
    public String meaning() {
        return meaning;
    }

    /** What the operator or the sender can do. */
    public String remedy() {
        return remedy;
    }

    /** As it stands at the end of every message: {@code err-engram-tenant-missing}. */
    public String code() {
        return "err-engram-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
