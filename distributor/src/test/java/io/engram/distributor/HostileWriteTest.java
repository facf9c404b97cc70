package io.engram.distributor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import io.engram.model.failure.Failure;
import io.engram.model.testing.Damage;
import io.engram.model.testing.HostileCases;
import io.engram.model.testing.Seeds;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.remote.v1.Label;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.WriteRequest;
import io.engram.proto.remote.v2.Request;
import io.engram.server.http.FailureStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/**
 * Damaged requests, as many as {@link HostileCases} says: each is stored, in part or not at all, or refused as the sender's
 * fault, within bounds of memory. What is taken, the generated classes take too, and read the same in it.
 */
final class HostileWriteTest {
    private static final int CORPUS = 200;
    /** One in so many cases is compared with what the generated classes read. */
    private static final int COMPARED = 8;

    private static final long MOST_BYTES = 1 << 20;
    private static final long MOST_BYTES_PER_BYTE = 64;

    private final Decoding decoding = new Decoding();

    @Test
    void damagedVersion1() throws Exception {
        List<byte[]> corpus = corpus1();
        HostileCases.check(450, random -> {
            byte[] body = Damage.of(corpus, random);
            boolean taken = decode(new Body.Plain(WriteMessage.VERSION_1, body, body.length), true);
            if (taken && random.nextInt(COMPARED) == 0) {
                compare1(body);
            }
        });
    }

    @Test
    void damagedVersion2() throws Exception {
        List<byte[]> corpus = corpus2();
        HostileCases.check(450, random -> {
            byte[] body = Damage.of(corpus, random);
            boolean withLabels = random.nextBoolean();
            boolean taken = decode(new Body.Plain(WriteMessage.VERSION_2, body, body.length), withLabels);
            if (taken && random.nextInt(COMPARED) == 0) {
                decode(new Body.Plain(WriteMessage.VERSION_2, body, body.length), true);
                compare2(body);
            } else if (taken && !withLabels) {
                decoding.knownRefs.addStored(decoding.context.newRefs(WriteMessage.VERSION_2), WriteOutcome.ALL_STORED);
            }
        });
    }

    @Test
    void damagedSnappy() throws Exception {
        List<byte[]> corpus = new ArrayList<>();
        for (byte[] body : corpus1()) {
            corpus.add(Snappy.compress(body));
        }
        HostileCases.check(90, random -> {
            byte[] body = Damage.of(corpus, random);
            decode(new Body.SnappyBlock(WriteMessage.VERSION_1, body, body.length), true);
        });
    }

    @Test
    void damagedHeaders() {
        List<byte[]> corpus = new ArrayList<>();
        for (String header : List.of(
                "application/x-protobuf",
                "application/x-protobuf;proto=prometheus.WriteRequest",
                "application/x-protobuf; charset=utf-8; proto=\"io.prometheus.write.v2.Request\"",
                "snappy")) {
            corpus.add(header.getBytes(StandardCharsets.ISO_8859_1));
        }
        HostileCases.check(10, random -> {
            String type = new String(Damage.of(corpus, random), StandardCharsets.ISO_8859_1);
            String encoding = random.nextBoolean()
                    ? "snappy"
                    : new String(Damage.of(corpus, random), StandardCharsets.ISO_8859_1);
            try {
                ContentRules.message(type, encoding);
            } catch (Failure failure) {
                assertEquals(415, FailureStatus.of(failure.id().cause()).status());
                assertTrue(failure.getMessage().length() < 500, failure.getMessage());
            }
        });
    }

    /** What is wrong with one series is told of it, and the others are stored as if it were not there. */
    @Test
    void aBadSeriesNeverCostsAGoodOne() {
        HostileCases.check(10, random -> {
            WriteRequest good = RandomRequests.request(random, random.nextInt(1, 5));
            int at = random.nextInt(good.getTimeseriesCount() + 1);
            WriteRequest.Builder mixed1 = good.toBuilder();
            mixed1.addTimeseries(at, badSeries(random));
            decoding.decode(mixed1.build());
            assertEquals(Oracle.of(good, decoding.limits), Decoded.of(decoding.context.batch));
            assertTrue(!decoding.context.refusals.none());

            Request.Builder mixed2 = RandomRequests2.of(mixed1.build()).toBuilder();
            if (random.nextBoolean()) { // another kind of bad, which 1.0 does not have
                mixed2.getTimeseriesBuilder(at).addLabelsRefs(random.nextBoolean() ? 1 << random.nextInt(14, 32) : 0);
            }
            decoding.decode(mixed2.build());
            assertEquals(Oracle.of(good, decoding.limits), Decoded.of(decoding.context.batch));
            assertTrue(!decoding.context.refusals.none());
        });
    }

    private static io.engram.proto.remote.v1.TimeSeries badSeries(SplittableRandom random) {
        var series = io.engram.proto.remote.v1.TimeSeries.newBuilder()
                .addSamples(Sample.newBuilder().setTimestamp(RandomRequests.NOW_MS));
        switch (random.nextInt(4)) {
            case 0 -> series.addLabels(label("job", "nameless"));
            case 1 -> series.addLabels(label("__name__", "up")).addLabels(label("", "no name"));
            case 2 ->
                series.addLabels(label("__name__", "up"))
                        .addLabels(label("job", "a"))
                        .addLabels(label("job", "b"));
            default -> {} // no labels at all
        }
        return series.build();
    }

    private static Label label(String name, String value) {
        return Label.newBuilder().setName(name).setValue(value).build();
    }

    private List<byte[]> corpus1() {
        List<byte[]> corpus = new ArrayList<>();
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < CORPUS; i++) {
            WriteRequest request = RandomRequests.request(random, random.nextInt(1, 4));
            corpus.add(i % 4 == 0 ? new OddEncoding(random).encode(request) : request.toByteArray());
        }
        return corpus;
    }

    private List<byte[]> corpus2() throws Exception {
        List<byte[]> corpus = new ArrayList<>();
        SplittableRandom random = Seeds.random();
        for (int i = 0; i < CORPUS; i++) {
            Request request = RandomRequests2.request(random, random.nextInt(1, 4));
            corpus.add(i % 4 == 0 ? new OddEncoding(random).encode(request) : request.toByteArray());
        }
        return corpus;
    }

    /** True where it was taken, in part at least. */
    private boolean decode(Body body, boolean withLabels) {
        byte[] bytes =
                switch (body) {
                    case Body.Plain plain -> plain.bytes();
                    case Body.SnappyBlock block -> block.bytes();
                };
        return HostileCases.within(MOST_BYTES + MOST_BYTES_PER_BYTE * bytes.length, bytes, () -> {
            try {
                decoding.decode(body, withLabels);
                return true;
            } catch (Failure failure) {
                int status = FailureStatus.of(failure.id().cause()).status();
                assertTrue(status == 400 || status == 413, failure.getMessage());
                return false;
            }
        });
    }

    private void compare1(byte[] body) throws Exception {
        try {
            WriteRequest request = WriteRequest.parseFrom(body);
            boolean comparable = request.getTimeseriesList().stream()
                    .flatMap(series -> series.getExemplarsList().stream())
                    .noneMatch(exemplar -> exemplar.getTimestamp() == 0);
            compare(comparable ? Oracle.of(request, decoding.limits) : null, body);
        } catch (InvalidProtocolBufferException e) {
            assertInvalidUtf8(e, body);
        }
    }

    private void compare2(byte[] body) throws Exception {
        try {
            Request request = Request.parseFrom(body);
            boolean comparable = request.getTimeseriesList().stream()
                    .flatMap(series -> series.getExemplarsList().stream())
                    .noneMatch(exemplar -> exemplar.getTimestamp() == 0);
            compare(comparable ? Oracle.of(request, decoding.limits) : null, body);
        } catch (InvalidProtocolBufferException e) {
            assertInvalidUtf8(e, body);
        }
    }

    /** @param expected null where an exemplar takes its time from the sample before it, which the oracle does not know */
    private void compare(List<Decoded> expected, byte[] body) {
        if (expected != null) {
            assertEquals(expected, Decoded.of(decoding.context.batch), () -> HexFormat.of()
                    .formatHex(body));
        }
    }

    /** The generated classes refuse a request for one invalid string; we refuse the series that it is in. */
    private static void assertInvalidUtf8(InvalidProtocolBufferException e, byte[] body) {
        assertTrue(
                e.getMessage().contains("invalid UTF-8"),
                () -> e + ": " + HexFormat.of().formatHex(body));
    }
}
