package io.engram.bucket.testing;

import io.engram.model.labels.Utf8Order;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The objects of {@link S3Fake} and what is done to them: S3's semantics, without HTTP. */
final class S3Store {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");
    private static final Pattern PART_NUMBER = Pattern.compile("<PartNumber>(\\d+)</PartNumber>");
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.RFC_1123_DATE_TIME;

    final ConcurrentSkipListMap<String, S3Object> objects = new ConcurrentSkipListMap<>(Utf8Order::compare);
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final String bucket;
    private final int pageSize;
    private final AtomicLong uploadCount = new AtomicLong();

    /** @param headers {@code x-amz-meta-…} and checksums, given back with the object */
    record S3Object(byte[] bytes, String eTag, Instant modified, Map<String, String> headers) {}

    private record Upload(Map<String, String> headers, ConcurrentSkipListMap<Integer, byte[]> parts) {}

    S3Store(String bucket, int pageSize) {
        this.bucket = bucket;
        this.pageSize = pageSize;
    }

    int uploadsUnderWay() {
        return uploads.size();
    }

    S3Answer answer(S3Request request) {
        if (!request.bucket().equals(bucket)) {
            return S3Answer.error(404, "NoSuchBucket");
        }
        return switch (request.operation()) {
            case PUT -> put(request);
            case GET -> get(request);
            case HEAD -> get(request).headOnly();
            case DELETE -> delete(request);
            case LIST -> list(request.query());
            case CREATE_UPLOAD -> createUpload(request);
            case UPLOAD_PART -> uploadPart(request);
            case COMPLETE_UPLOAD -> completeUpload(request);
            case ABORT_UPLOAD ->
                uploads.remove(request.query().get("uploadId")) == null
                        ? S3Answer.error(404, "NoSuchUpload")
                        : S3Answer.empty(204);
            case OTHER -> S3Answer.error(501, "NotImplemented");
        };
    }

    private S3Answer put(S3Request request) {
        S3Object written = object(request.body(), '"' + md5(request.body()) + '"', kept(request.headers()));
        AtomicReference<S3Answer> answer = new AtomicReference<>();
        objects.compute(request.key(), (_, current) -> {
            String ifMatch = request.headers().get("if-match");
            boolean unmet = (request.headers().containsKey("if-none-match") && current != null)
                    || (ifMatch != null && current != null && !ifMatch.equals(current.eTag));
            if (ifMatch != null && current == null) {
                answer.set(S3Answer.error(404, "NoSuchKey"));
                return null;
            }
            answer.set(
                    unmet
                            ? S3Answer.error(412, "PreconditionFailed")
                            : S3Answer.empty(200).with("ETag", written.eTag));
            return unmet ? current : written;
        });
        return answer.get();
    }

    private S3Answer get(S3Request request) {
        S3Object object = objects.get(request.key());
        if (object == null) {
            return S3Answer.error(404, "NoSuchKey");
        }
        String range = request.headers().get("range");
        S3Answer answer = range == null ? S3Answer.bytes(200, object.bytes) : range(object.bytes, range);
        if (answer.status() >= 400) {
            return answer;
        }
        object.headers.forEach((name, value) -> {
            // A checksum of the whole says nothing about a part.
            if (range == null || !name.startsWith("x-amz-checksum")) {
                answer.with(name, value);
            }
        });
        return answer.with("ETag", object.eTag)
                .with("Last-Modified", HTTP_DATE.format(object.modified.atOffset(ZoneOffset.UTC)));
    }

    private static S3Answer range(byte[] bytes, String range) {
        Matcher matcher = RANGE.matcher(range);
        if (!matcher.matches()) {
            return S3Answer.error(400, "InvalidArgument");
        }
        long from = Long.parseLong(matcher.group(1));
        long to = Math.min(Long.parseLong(matcher.group(2)), bytes.length - 1);
        if (from >= bytes.length) {
            return S3Answer.error(416, "InvalidRange");
        }
        return S3Answer.bytes(206, Arrays.copyOfRange(bytes, (int) from, (int) to + 1))
                .with("Content-Range", "bytes " + from + "-" + to + "/" + bytes.length);
    }

    private S3Answer delete(S3Request request) {
        objects.remove(request.key());
        return S3Answer.empty(204);
    }

    private S3Answer list(Map<String, String> query) {
        String prefix = query.getOrDefault("prefix", "");
        String delimiter = query.getOrDefault("delimiter", "");
        String after = query.getOrDefault("continuation-token", "");
        boolean encoded = "url".equals(query.get("encoding-type"));
        StringBuilder entries = new StringBuilder();
        String last = "";
        int count = 0;
        boolean truncated = false;
        for (Map.Entry<String, S3Object> entry : objects.tailMap(prefix).entrySet()) {
            String key = entry.getKey();
            if (!key.startsWith(prefix)) {
                break;
            }
            int cut = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
            String shown = cut < 0 ? key : key.substring(0, cut + 1);
            if (shown.equals(last) || (!after.isEmpty() && Utf8Order.compare(shown, after) <= 0)) {
                continue;
            }
            if (count++ == pageSize) {
                truncated = true;
                break;
            }
            last = shown;
            String text = encoded ? URLEncoder.encode(shown, StandardCharsets.UTF_8) : escape(shown);
            entries.append(
                    cut < 0
                            ? contents(text, entry.getValue())
                            : "<CommonPrefixes><Prefix>" + text + "</Prefix></CommonPrefixes>");
        }
        return S3Answer.xml(
                200,
                "<ListBucketResult>" + (encoded ? "<EncodingType>url</EncodingType>" : "") + "<Name>" + bucket
                        + "</Name><IsTruncated>" + truncated + "</IsTruncated>"
                        + (truncated ? "<NextContinuationToken>" + escape(last) + "</NextContinuationToken>" : "")
                        + entries + "</ListBucketResult>");
    }

    private static String contents(String key, S3Object object) {
        return "<Contents><Key>" + key + "</Key><Size>" + object.bytes.length + "</Size><ETag>" + escape(object.eTag)
                + "</ETag><LastModified>" + object.modified + "</LastModified></Contents>";
    }

    private S3Answer createUpload(S3Request request) {
        String id = Long.toString(uploadCount.incrementAndGet());
        uploads.put(id, new Upload(kept(request.headers()), new ConcurrentSkipListMap<>()));
        return S3Answer.xml(
                200, "<InitiateMultipartUploadResult><UploadId>" + id + "</UploadId></InitiateMultipartUploadResult>");
    }

    private S3Answer uploadPart(S3Request request) {
        Upload upload = uploads.get(request.query().get("uploadId"));
        if (upload == null) {
            return S3Answer.error(404, "NoSuchUpload");
        }
        upload.parts.put(Integer.parseInt(request.query().get("partNumber")), request.body());
        return S3Answer.empty(200).with("ETag", '"' + md5(request.body()) + '"');
    }

    private S3Answer completeUpload(S3Request request) {
        Upload upload = uploads.get(request.query().get("uploadId"));
        if (upload == null) {
            return S3Answer.error(404, "NoSuchUpload");
        }
        Matcher numbers = PART_NUMBER.matcher(new String(request.body(), StandardCharsets.UTF_8));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        int count = 0;
        while (numbers.find()) {
            byte[] part = upload.parts.get(Integer.parseInt(numbers.group(1)));
            if (part == null) {
                return S3Answer.error(400, "InvalidPart");
            }
            whole.writeBytes(part);
            count++;
        }
        uploads.remove(request.query().get("uploadId"));
        byte[] bytes = whole.toByteArray();
        objects.put(request.key(), object(bytes, '"' + md5(bytes) + "-" + count + '"', upload.headers));
        return S3Answer.xml(
                200,
                "<CompleteMultipartUploadResult><Key>" + escape(request.key())
                        + "</Key></CompleteMultipartUploadResult>");
    }

    private static S3Object object(byte[] bytes, String eTag, Map<String, String> headers) {
        return new S3Object(bytes, eTag, Instant.now().truncatedTo(ChronoUnit.SECONDS), headers);
    }

    private static Map<String, String> kept(Map<String, String> headers) {
        Map<String, String> kept = new HashMap<>();
        headers.forEach((name, value) -> {
            if (name.startsWith("x-amz-meta-") || name.startsWith("x-amz-checksum-crc32")) {
                kept.put(name, value);
            }
        });
        return kept;
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
