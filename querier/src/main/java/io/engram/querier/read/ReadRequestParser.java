package io.engram.querier.read;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Matcher;
import io.engram.model.regex.InvalidRegex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.xerial.snappy.Snappy;

/**
 * Reads a {@code ReadRequest} in a block of snappy. Goes through the message by hand, because the generated parser makes
 * fifty bytes of objects out of two: here a stranger's request costs no more than the limits below. For one request.
 *
 * <p>Of the hints only the times are used: they say which part of the query's range this selector needs.
 */
public final class ReadRequestParser {
    /** Far above what a Prometheus sends: one query with some matchers. */
    public static final int MAX_BODY_BYTES = 1 << 20;

    private static final int MAX_INFLATED_BYTES = 4 << 20;
    private static final int MAX_QUERIES = 1_000;
    /** Of all queries together: each may be a regular expression to compile. */
    private static final int MAX_MATCHERS = 1_000;

    /** Times are cut to this: 2^53 ms, some 285 thousand years. */
    private static final long MAX_TIME_MS = 1L << 53;

    private static final int QUERIES = tag(1, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    private static final int ACCEPTED = tag(2, WireFormat.WIRETYPE_VARINT);
    private static final int ACCEPTED_PACKED = tag(2, WireFormat.WIRETYPE_LENGTH_DELIMITED);

    private static final int QUERY_START_MS = tag(1, WireFormat.WIRETYPE_VARINT);
    private static final int QUERY_END_MS = tag(2, WireFormat.WIRETYPE_VARINT);
    private static final int QUERY_MATCHERS = tag(3, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    private static final int QUERY_HINTS = tag(4, WireFormat.WIRETYPE_LENGTH_DELIMITED);

    private static final int MATCHER_TYPE = tag(1, WireFormat.WIRETYPE_VARINT);
    private static final int MATCHER_NAME = tag(2, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    private static final int MATCHER_VALUE = tag(3, WireFormat.WIRETYPE_LENGTH_DELIMITED);

    private static final int HINTS_FUNC = tag(2, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    private static final int HINTS_START_MS = tag(3, WireFormat.WIRETYPE_VARINT);
    private static final int HINTS_END_MS = tag(4, WireFormat.WIRETYPE_VARINT);
    private static final int HINTS_GROUPING = tag(5, WireFormat.WIRETYPE_LENGTH_DELIMITED);

    private static final Matcher.Type[] MATCHER_TYPES = {
        Matcher.Type.EQUAL, Matcher.Type.NOT_EQUAL, Matcher.Type.REGEX, Matcher.Type.NOT_REGEX
    };

    private final CodedInputStream in;
    private final List<ReadQuery> queries = new ArrayList<>();
    private final List<Integer> accepted = new ArrayList<>();
    private int matchers;

    private ReadRequestParser(byte[] message) {
        this.in = CodedInputStream.newInstance(message);
    }

    /**
     * Reads {@code body[0 .. length)}.
     *
     * @throws Failure {@link ErrorId#READ_REQUEST_INVALID} where it is no such request, {@link ErrorId#REQUEST_TOO_LARGE}
     *     where it inflates to too much
     */
    public static ReadRequest parse(byte[] body, int length) {
        try {
            return new ReadRequestParser(inflate(body, length)).request();
        } catch (InvalidProtocolBufferException e) {
            throw invalid("is not the protobuf message ReadRequest: " + e.getMessage(), e);
        } catch (IOException e) {
            throw invalid("is cut off: " + e.getMessage(), e);
        }
    }

    private static byte[] inflate(byte[] body, int length) {
        if (length >= 4 && body[0] == (byte) 0xFF && body[1] == 6 && body[2] == 0 && body[3] == 0) {
            throw invalid("is a framed snappy stream (it begins with ff 06 00 00), not a snappy block", null);
        }
        try {
            int inflated = Snappy.uncompressedLength(body, 0, length);
            if (inflated < 0 || inflated > MAX_INFLATED_BYTES) {
                throw new Failure(
                        ErrorId.REQUEST_TOO_LARGE,
                        "the body inflates to " + Integer.toUnsignedString(inflated) + " bytes; a remote read may have "
                                + MAX_INFLATED_BYTES);
            }
            byte[] message = new byte[inflated];
            Snappy.uncompress(body, 0, length, message, 0);
            return message;
        } catch (IOException | IllegalArgumentException e) {
            throw invalid("is not a snappy block, or is cut off: " + e.getMessage(), e);
        }
    }

    private ReadRequest request() throws IOException {
        int tag;
        while ((tag = in.readTag()) != 0) {
            if (tag == QUERIES) {
                within(this::query);
            } else if (tag == ACCEPTED) {
                accept(in.readEnum());
            } else if (tag == ACCEPTED_PACKED) {
                within(() -> {
                    while (!in.isAtEnd()) {
                        accept(in.readEnum());
                    }
                });
            } else {
                skip(tag);
            }
        }
        return new ReadRequest(queries, form());
    }

    @FunctionalInterface
    private interface Part {
        void read() throws IOException;
    }

    /** Reads a message in the message. */
    private void within(Part part) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        part.read();
        in.popLimit(outer);
    }

    private void skip(int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("a group ends that did not begin");
        }
    }

    private void accept(int type) {
        if (accepted.size() < 16) { // there are two; the first that is known decides
            accepted.add(type);
        }
    }

    /** The first that we have, as Prometheus chooses. */
    private ReadRequest.Form form() {
        ReadRequest.Form[] forms = ReadRequest.Form.values(); // ordinals are those of the wire
        if (accepted.isEmpty()) {
            return ReadRequest.Form.SAMPLES;
        }
        for (int type : accepted) {
            if (type >= 0 && type < forms.length) {
                return forms[type];
            }
        }
        throw invalid(
                "accepts only response types that are not supported: " + accepted + "; supported are "
                        + Arrays.toString(forms) + " (0 and 1)",
                null);
    }

    private void query() throws IOException {
        if (queries.size() == MAX_QUERIES) {
            throw invalid("has more than " + MAX_QUERIES + " queries", null);
        }
        List<Matcher> found = new ArrayList<>();
        long[] range = {0, 0};
        long[] hinted = {0, 0};
        int tag;
        while ((tag = in.readTag()) != 0) {
            if (tag == QUERY_START_MS) {
                range[0] = in.readInt64();
            } else if (tag == QUERY_END_MS) {
                range[1] = in.readInt64();
            } else if (tag == QUERY_MATCHERS) {
                within(() -> found.add(matcher()));
            } else if (tag == QUERY_HINTS) {
                within(() -> hints(hinted));
            } else {
                skip(tag);
            }
        }
        boolean narrows = hinted[0] <= hinted[1] && hinted[1] != 0;
        long minMs = narrows ? Math.max(range[0], hinted[0]) : range[0];
        long maxMs = narrows ? Math.min(range[1], hinted[1]) : range[1];
        queries.add(new ReadQuery(found, clamp(minMs), clamp(maxMs)));
    }

    private static long clamp(long ms) {
        return Math.max(-MAX_TIME_MS, Math.min(MAX_TIME_MS, ms));
    }

    private void hints(long[] range) throws IOException {
        int tag;
        while ((tag = in.readTag()) != 0) {
            if (tag == HINTS_START_MS) {
                range[0] = in.readInt64();
            } else if (tag == HINTS_END_MS) {
                range[1] = in.readInt64();
            } else if (tag == HINTS_FUNC || tag == HINTS_GROUPING) {
                in.readStringRequireUtf8(); // of no use here, but broken text is a broken message
            } else {
                skip(tag);
            }
        }
    }

    private Matcher matcher() throws IOException {
        if (++matchers > MAX_MATCHERS) {
            throw invalid("has more than " + MAX_MATCHERS + " matchers", null);
        }
        int type = 0;
        String name = "";
        String value = "";
        int tag;
        while ((tag = in.readTag()) != 0) {
            if (tag == MATCHER_TYPE) {
                type = in.readEnum();
            } else if (tag == MATCHER_NAME) {
                name = in.readStringRequireUtf8();
            } else if (tag == MATCHER_VALUE) {
                value = in.readStringRequireUtf8();
            } else {
                skip(tag);
            }
        }
        if (type < 0 || type >= MATCHER_TYPES.length) {
            throw invalid("has a matcher of the unknown type " + type, null);
        }
        try {
            return new Matcher(MATCHER_TYPES[type], name, value);
        } catch (InvalidRegex e) {
            throw invalid("has a matcher on " + name + " that is no regular expression: " + e.getMessage(), e);
        }
    }

    private static int tag(int field, int wireType) {
        return field << 3 | wireType;
    }

    private static Failure invalid(String what, Throwable cause) {
        return new Failure(ErrorId.READ_REQUEST_INVALID, "the body of the remote read " + what, cause);
    }
}
