package io.engram.querier.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Matcher;
import io.engram.model.testing.Damage;
import io.engram.model.testing.HostileCases;
import io.engram.model.testing.Seeds;
import io.engram.proto.remote.read.LabelMatcher;
import io.engram.proto.remote.read.Query;
import io.engram.proto.remote.read.ReadHints;
import io.engram.proto.remote.read.ReadRequest.ResponseType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/** The generated classes are the oracle. */
class ReadRequestParserTest {
    /** What a message may cost: some matchers with their regular expressions. */
    private static final long MOST_BYTES = 8 << 20;

    /** Of requests that Prometheus could have sent, to be damaged. */
    private static final int CORPUS = 200;

    private static ReadRequest parse(byte[] message) throws IOException {
        byte[] body = Snappy.compress(message);
        return ReadRequestParser.parse(body, body.length);
    }

    private static ErrorId refusal(byte[] body) {
        return assertThrows(Failure.class, () -> ReadRequestParser.parse(body, body.length))
                .id();
    }

    private static LabelMatcher matcher(int type, String name, String value) {
        return LabelMatcher.newBuilder()
                .setTypeValue(type)
                .setName(name)
                .setValue(value)
                .build();
    }

    @Test
    void readsQueriesMatchersAndTimes() throws IOException {
        ReadRequest request = parse(io.engram.proto.remote.read.ReadRequest.newBuilder()
                .addQueries(Query.newBuilder()
                        .setStartTimestampMs(-5)
                        .setEndTimestampMs(70)
                        .addMatchers(matcher(0, "__name__", "up"))
                        .addMatchers(matcher(1, "a", ""))
                        .addMatchers(matcher(2, "b", "x|y.*"))
                        .addMatchers(matcher(3, "ü", "z")))
                .addQueries(Query.newBuilder())
                .build()
                .toByteArray());

        assertEquals(
                List.of(
                        new ReadQuery(
                                List.of(
                                        Matcher.equal("__name__", "up"),
                                        new Matcher(Matcher.Type.NOT_EQUAL, "a", ""),
                                        new Matcher(Matcher.Type.REGEX, "b", "x|y.*"),
                                        new Matcher(Matcher.Type.NOT_REGEX, "ü", "z")),
                                -5,
                                70),
                        new ReadQuery(List.of(), 0, 0)),
                request.queries());
    }

    @Test
    void narrowsTheRangeToWhatTheHintsSayAndNeverWidensIt() throws IOException {
        long[][] hintsAndRange = {
            {20, 30, 20, 30}, {5, 30, 10, 30}, {20, 99, 20, 40}, {0, 0, 10, 40}, {30, 20, 10, 40}, {0, 30, 10, 30}
        };
        for (long[] expected : hintsAndRange) {
            Query query = Query.newBuilder()
                    .setStartTimestampMs(10)
                    .setEndTimestampMs(40)
                    .setHints(ReadHints.newBuilder()
                            .setFunc("rate")
                            .setStartMs(expected[0])
                            .setEndMs(expected[1]))
                    .build();
            ReadRequest request = parse(io.engram.proto.remote.read.ReadRequest.newBuilder()
                    .addQueries(query)
                    .build()
                    .toByteArray());
            assertEquals(
                    List.of(new ReadQuery(List.of(), expected[2], expected[3])),
                    request.queries(),
                    () -> Arrays.toString(expected));
        }
    }

    @Test
    void cutsTimesToWhatSumsOfThemCanHold() throws IOException {
        Query query = Query.newBuilder()
                .setStartTimestampMs(Long.MIN_VALUE)
                .setEndTimestampMs(Long.MAX_VALUE)
                .build();
        ReadRequest request = parse(io.engram.proto.remote.read.ReadRequest.newBuilder()
                .addQueries(query)
                .build()
                .toByteArray());

        assertEquals(List.of(new ReadQuery(List.of(), -(1L << 53), 1L << 53)), request.queries());
    }

    @Test
    void takesTheFirstResponseTypeThatItHas() throws IOException {
        assertEquals(ReadRequest.Form.SAMPLES, parse(new byte[0]).form());
        assertEquals(
                ReadRequest.Form.STREAMED_XOR_CHUNKS,
                parse(new byte[] {0x10, 1, 0x10, 0}).form());
        assertEquals(
                ReadRequest.Form.SAMPLES, parse(new byte[] {0x12, 3, 9, 0, 1}).form());
        Failure failure = assertThrows(Failure.class, () -> parse(new byte[] {0x12, 2, 7, 8}));
        assertTrue(failure.getMessage().contains("not supported: [7, 8]"), failure::getMessage);
    }

    @Test
    void refusesWhatIsNoSuchRequest() throws IOException {
        assertEquals(ErrorId.READ_REQUEST_INVALID, refusal(new byte[0]));
        assertEquals(ErrorId.READ_REQUEST_INVALID, refusal("{\"queries\":[]}".getBytes(StandardCharsets.UTF_8)));
        assertEquals(ErrorId.READ_REQUEST_INVALID, refusal(new byte[] {(byte) 0xff, 6, 0, 0, 's', 'N', 'a'}));
        assertEquals(ErrorId.READ_REQUEST_INVALID, refusal(Snappy.compress(new byte[] {0x0a, 9})));
        // A header that claims 4 GiB must cost nothing.
        assertEquals(ErrorId.READ_REQUEST_INVALID, refusal(new byte[] {-1, -1, -1, -1, 15, 0, 1}));
        assertEquals(ErrorId.REQUEST_TOO_LARGE, refusal(Snappy.compress(new byte[5 << 20])));
        for (LabelMatcher wrong : List.of(matcher(4, "a", "b"), matcher(2, "a", "(b"))) {
            assertEquals(
                    ErrorId.READ_REQUEST_INVALID,
                    refusal(Snappy.compress(io.engram.proto.remote.read.ReadRequest.newBuilder()
                            .addQueries(Query.newBuilder().addMatchers(wrong))
                            .build()
                            .toByteArray())));
        }
    }

    @Test
    void refusesMoreQueriesAndMatchersThanAnybodySends() throws IOException {
        byte[] queries = new byte[2 * 1001];
        for (int i = 0; i < queries.length; i += 2) {
            queries[i] = 0x0a;
        }
        assertEquals(ErrorId.READ_REQUEST_INVALID, refusal(Snappy.compress(queries)));
        assertEquals(1000, parse(Arrays.copyOf(queries, 2000)).queries().size());
        Query.Builder query = Query.newBuilder();
        for (int i = 0; i < 1001; i++) {
            query.addMatchers(matcher(0, "a", "b"));
        }
        assertEquals(
                ErrorId.READ_REQUEST_INVALID,
                refusal(Snappy.compress(io.engram.proto.remote.read.ReadRequest.newBuilder()
                        .addQueries(query)
                        .build()
                        .toByteArray())));
    }

    @Test
    void readsMutatedRequestsAsTheGeneratedClassesDoOrRefusesThem() {
        List<byte[]> corpus = corpus();
        HostileCases.check(20, random -> {
            byte[] message = Damage.of(corpus, random);
            List<ReadQuery> expected = null;
            try {
                expected = expected(io.engram.proto.remote.read.ReadRequest.parseFrom(message));
            } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
                // to be refused
            }
            List<ReadQuery> read = null;
            try {
                read = parse(message).queries();
            } catch (Failure e) {
                assertEquals(ErrorId.READ_REQUEST_INVALID, e.id());
            }
            if (read != null || expected == null) {
                assertEquals(expected, read);
            } else {
                // The one thing that we refuse and they do not: response types of which none is known.
                assertTrue(
                        io.engram.proto.remote.read.ReadRequest.parseFrom(message)
                                .getAcceptedResponseTypesList()
                                .stream()
                                .anyMatch(type -> type == ResponseType.UNRECOGNIZED));
            }
        });
    }

    @Test
    void survivesMutatedSnappy() throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        for (byte[] message : corpus()) {
            corpus.add(Snappy.compress(message));
        }
        HostileCases.check(20, random -> {
            byte[] body = Damage.of(corpus, random);
            HostileCases.within(MOST_BYTES, body, () -> {
                try {
                    return ReadRequestParser.parse(body, body.length);
                } catch (Failure e) {
                    assertTrue(
                            e.id() == ErrorId.READ_REQUEST_INVALID || e.id() == ErrorId.REQUEST_TOO_LARGE,
                            e::getMessage);
                    return null;
                }
            });
        });
    }

    private static List<byte[]> corpus() {
        SplittableRandom random = Seeds.random();
        return IntStream.range(0, CORPUS)
                .mapToObj(_ -> valid(random).toByteArray())
                .toList();
    }

    private static io.engram.proto.remote.read.ReadRequest valid(SplittableRandom random) {
        var request = io.engram.proto.remote.read.ReadRequest.newBuilder();
        for (int q = random.nextInt(4); q > 0; q--) {
            Query.Builder query = Query.newBuilder()
                    .setStartTimestampMs(random.nextLong(-1000, 1000))
                    .setEndTimestampMs(random.nextLong(-1000, 1000));
            for (int m = random.nextInt(4); m > 0; m--) {
                String value = new String[] {"", "a", "a|b", "x.*", "[a-z]+", "ü"}[random.nextInt(6)];
                query.addMatchers(matcher(random.nextInt(4), random.nextBoolean() ? "__name__" : "job", value));
            }
            if (random.nextBoolean()) {
                query.setHints(ReadHints.newBuilder()
                        .setFunc("rate")
                        .setStartMs(random.nextLong(-1000, 1000))
                        .setEndMs(random.nextLong(-1000, 1000))
                        .addGrouping("job"));
            }
            request.addQueries(query);
        }
        for (int t = random.nextInt(3); t > 0; t--) {
            request.addAcceptedResponseTypesValue(random.nextInt(3));
        }
        return request.build();
    }

    private static List<ReadQuery> expected(io.engram.proto.remote.read.ReadRequest request) {
        List<ReadQuery> queries = new ArrayList<>();
        for (Query query : request.getQueriesList()) {
            List<Matcher> matchers = new ArrayList<>();
            for (LabelMatcher m : query.getMatchersList()) {
                Matcher.Type type =
                        switch (m.getType()) {
                            case EQ -> Matcher.Type.EQUAL;
                            case NEQ -> Matcher.Type.NOT_EQUAL;
                            case RE -> Matcher.Type.REGEX;
                            case NRE -> Matcher.Type.NOT_REGEX;
                            case UNRECOGNIZED -> throw new IllegalArgumentException();
                        };
                matchers.add(new Matcher(type, m.getName(), m.getValue()));
            }
            long minMs = query.getStartTimestampMs();
            long maxMs = query.getEndTimestampMs();
            ReadHints hints = query.getHints();
            if (hints.getStartMs() <= hints.getEndMs() && hints.getEndMs() != 0) {
                minMs = Math.max(minMs, hints.getStartMs());
                maxMs = Math.min(maxMs, hints.getEndMs());
            }
            long far = 1L << 53;
            queries.add(new ReadQuery(
                    matchers, Math.max(-far, Math.min(far, minMs)), Math.max(-far, Math.min(far, maxMs))));
        }
        return queries;
    }
}
