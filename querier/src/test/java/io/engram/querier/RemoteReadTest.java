package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.StaleMarker;
import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.ResetHint;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.model.testing.Seeds;
import io.engram.proto.remote.read.Chunk;
import io.engram.proto.remote.read.ChunkedReadResponse;
import io.engram.proto.remote.read.LabelMatcher;
import io.engram.proto.remote.read.Query;
import io.engram.proto.remote.read.ReadRequest;
import io.engram.proto.remote.read.ReadRequest.ResponseType;
import io.engram.proto.remote.read.ReadResponse;
import io.engram.proto.remote.v1.BucketSpan;
import io.engram.proto.remote.v1.Label;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.querier.read.Frames;
import io.engram.tsdb.chunk.HistogramAppender;
import io.engram.tsdb.chunk.HistogramChunk;
import io.engram.tsdb.chunk.XorDecoder;
import io.engram.tsdb.chunk.XorEncoder;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

class RemoteReadTest {
    private static final Labels UP_A = Labels.of("__name__", "up", "job", "a");
    private static final Labels UP_B = Labels.of("__name__", "up", "job", "b");

    private TestApi api = new TestApi();

    @AfterEach
    void close() {
        assertEquals(0, api.store.openCursors.get());
        api.close();
    }

    private void restart(String... settings) {
        api.close();
        api = new TestApi(settings);
    }

    private static Query.Builder ups(long minMs, long maxMs) {
        return Query.newBuilder()
                .setStartTimestampMs(minMs)
                .setEndTimestampMs(maxMs)
                .addMatchers(matcher(LabelMatcher.Type.EQ, "__name__", "up"));
    }

    private static LabelMatcher matcher(LabelMatcher.Type type, String name, String value) {
        return LabelMatcher.newBuilder()
                .setType(type)
                .setName(name)
                .setValue(value)
                .build();
    }

    private FakeExchange read(ResponseType form, Query.Builder... queries) throws IOException {
        ReadRequest.Builder request = ReadRequest.newBuilder().addAcceptedResponseTypes(form);
        for (Query.Builder query : queries) {
            request.addQueries(query);
        }
        byte[] body = Snappy.compress(request.build().toByteArray());
        return api.call(TestApi.exchange("POST", "/api/v1/read").body(body));
    }

    private static ReadResponse samples(FakeExchange exchange) throws IOException {
        assertEquals(200, exchange.status, exchange::text);
        assertEquals("application/x-protobuf", exchange.contentType);
        assertEquals("snappy", exchange.answerHeader("Content-Encoding"));
        return ReadResponse.parseFrom(Snappy.uncompress(exchange.bytes()));
    }

    private static List<ChunkedReadResponse> frames(FakeExchange exchange) throws IOException {
        assertEquals(200, exchange.status, exchange::text);
        assertEquals("application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse", exchange.contentType);
        return Frames.all(exchange.bytes());
    }

    private static String text(List<Label> labels) {
        StringBuilder text = new StringBuilder();
        labels.forEach(label -> text.append(label.getName())
                .append('=')
                .append(label.getValue())
                .append(' '));
        return text.toString().trim();
    }

    private static String text(TimeSeries series) {
        StringBuilder text = new StringBuilder(text(series.getLabelsList())).append(':');
        for (Sample sample : series.getSamplesList()) {
            text.append(' ').append(sample.getTimestamp()).append('=').append(sample.getValue());
        }
        return text.toString();
    }

    private static List<String> texts(ReadResponse response, int query) {
        return response.getResults(query).getTimeseriesList().stream()
                .map(RemoteReadTest::text)
                .toList();
    }

    /** What the chunks hold, by time. */
    private static TreeMap<Long, Double> decode(List<Chunk> chunks) {
        TreeMap<Long, Double> all = new TreeMap<>();
        for (Chunk chunk : chunks) {
            byte[] bytes = chunk.getData().toByteArray();
            byte[] padded = Arrays.copyOf(bytes, bytes.length + ChunkBatch.SLACK);
            long[] times = new long[XorDecoder.sampleCount(padded, 0, bytes.length)];
            double[] values = new double[times.length];
            int n = XorDecoder.decode(padded, 0, bytes.length, Long.MIN_VALUE, Long.MAX_VALUE, times, values, 0);
            assertEquals(times[0], chunk.getMinTimeMs());
            assertEquals(times[n - 1], chunk.getMaxTimeMs());
            for (int i = 0; i < n; i++) {
                assertTrue(all.isEmpty() || times[i] > all.lastKey(), "chunks overlap");
                all.put(times[i], values[i]);
            }
        }
        return all;
    }

    @Test
    void answersSamplesWithinTheTimesSortedByLabels() throws IOException {
        api.store.add(TestApi.TENANT, UP_B, new long[] {10, 20, 30, 40}, new double[] {1, 2, 3, 4});
        api.store.add(TestApi.TENANT, UP_A, new long[] {-20, 20}, new double[] {0, -0.5});
        api.store.add(TestApi.TENANT, Labels.of("__name__", "up"), new long[] {5, 35}, new double[] {1, 1});

        ReadResponse response = samples(read(ResponseType.SAMPLES, ups(20, 30), ups(50, 60), ups(-20, 10), ups(9, 8)));

        assertEquals(4, response.getResultsCount());
        assertEquals(List.of("__name__=up job=a: 20=-0.5", "__name__=up job=b: 20=2.0 30=3.0"), texts(response, 0));
        assertEquals(List.of(), texts(response, 1));
        assertEquals(
                List.of("__name__=up: 5=1.0", "__name__=up job=a: -20=0.0", "__name__=up job=b: 10=1.0"),
                texts(response, 2));
        assertEquals(List.of(), texts(response, 3));
    }

    @Test
    void passesAllKindsOfMatchers() throws IOException {
        api.store.add(TestApi.TENANT, UP_A, new long[] {10}, new double[] {1});
        api.store.add(TestApi.TENANT, UP_B, new long[] {10}, new double[] {1});
        for (LabelMatcher onlyA : List.of(
                matcher(LabelMatcher.Type.EQ, "job", "a"),
                matcher(LabelMatcher.Type.NEQ, "job", "b"),
                matcher(LabelMatcher.Type.RE, "job", "a|c"),
                matcher(LabelMatcher.Type.NRE, "job", "b.*"))) {
            ReadResponse response =
                    samples(read(ResponseType.SAMPLES, ups(0, 10).addMatchers(onlyA)));
            assertEquals(List.of("__name__=up job=a: 10=1.0"), texts(response, 0), onlyA::toString);
        }
    }

    @Test
    void keepsTheBitsOfStaleMarkers() throws IOException {
        api.store.add(TestApi.TENANT, UP_A, new long[] {10, 20}, new double[] {Double.NaN, StaleMarker.VALUE});

        TimeSeries series =
                samples(read(ResponseType.SAMPLES, ups(0, 100))).getResults(0).getTimeseries(0);

        assertEquals(
                Double.doubleToRawLongBits(Double.NaN),
                Double.doubleToRawLongBits(series.getSamples(0).getValue()));
        assertTrue(StaleMarker.is(series.getSamples(1).getValue()));
    }

    @Test
    void streamsChunksAsTheyAreStored() throws IOException {
        byte[] first = chunk(10, 20, 30);
        byte[] second = chunk(40, 50);
        byte[] histograms = {0, 1, 2, 3, 4};
        api.store.addRaw(TestApi.TENANT, UP_B, ChunkEncoding.XOR, 10, 30, first);
        api.store.addRaw(TestApi.TENANT, UP_B, ChunkEncoding.XOR, 40, 50, second);
        api.store.addRaw(TestApi.TENANT, UP_A, ChunkEncoding.HISTOGRAM, 20, 30, histograms);
        api.store.addRaw(TestApi.TENANT, UP_A, ChunkEncoding.FLOAT_HISTOGRAM, 31, 32, histograms);

        List<ChunkedReadResponse> frames =
                frames(read(ResponseType.STREAMED_XOR_CHUNKS, ups(90, 100), ups(20, 39), ups(50, 50)));

        assertEquals(3, frames.size());
        assertEquals(1, frames.get(0).getQueryIndex());
        assertEquals("__name__=up job=a", text(frames.get(0).getChunkedSeries(0).getLabelsList()));
        List<Chunk> ofA = frames.get(0).getChunkedSeries(0).getChunksList();
        assertEquals(Chunk.Encoding.HISTOGRAM, ofA.get(0).getType());
        assertEquals(Chunk.Encoding.FLOAT_HISTOGRAM, ofA.get(1).getType());
        assertArrayEquals(histograms, ofA.get(1).getData().toByteArray());
        List<Chunk> ofB = frames.get(1).getChunkedSeries(0).getChunksList();
        assertEquals(1, ofB.size());
        assertEquals(Chunk.Encoding.XOR, ofB.get(0).getType());
        assertEquals(10, ofB.get(0).getMinTimeMs());
        assertEquals(30, ofB.get(0).getMaxTimeMs());
        assertArrayEquals(first, ofB.get(0).getData().toByteArray());
        assertEquals(2, frames.get(2).getQueryIndex());
        assertArrayEquals(
                second, frames.get(2).getChunkedSeries(0).getChunks(0).getData().toByteArray());
    }

    private static byte[] chunk(long... times) {
        XorEncoder encoder = new XorEncoder();
        encoder.reset();
        for (long time : times) {
            encoder.append(time, Double.doubleToRawLongBits(time));
        }
        return encoder.toByteArray();
    }

    @Test
    void cutsFramesAtAMebibyte() throws IOException {
        SplittableRandom random = Seeds.random();
        TreeMap<Long, Double> stored = new TreeMap<>();
        for (int c = 0; c < 2500; c++) {
            long[] times = new long[120];
            double[] values = new double[120];
            for (int i = 0; i < 120; i++) {
                times[i] = (c * 120L + i) * 1000 + random.nextInt(500);
                values[i] = random.nextDouble();
                stored.put(times[i], values[i]);
            }
            api.store.add(TestApi.TENANT, UP_A, times, values);
        }

        List<ChunkedReadResponse> frames = frames(read(ResponseType.STREAMED_XOR_CHUNKS, ups(0, 1L << 40)));

        assertTrue(frames.size() >= 3, () -> frames.size() + " frames");
        assertTrue(frames.stream().allMatch(frame -> frame.getSerializedSize() <= 1 << 20));
        assertEquals(
                stored,
                decode(frames.stream()
                        .flatMap(frame -> frame.getChunkedSeries(0).getChunksList().stream())
                        .toList()));
        ReadResponse sampled = samples(read(ResponseType.SAMPLES, ups(0, 1L << 40)));
        TreeMap<Long, Double> inSamples = new TreeMap<>();
        sampled.getResults(0)
                .getTimeseries(0)
                .getSamplesList()
                .forEach(s -> inSamples.put(s.getTimestamp(), s.getValue()));
        assertEquals(stored, inSamples);
    }

    @Test
    void mergesChunksThatOverlapAndPassesTheOthersOn() throws IOException {
        api.store.addRaw(TestApi.TENANT, UP_A, ChunkEncoding.XOR, 10, 30, chunk(10, 20, 30));
        api.store.addRaw(TestApi.TENANT, UP_A, ChunkEncoding.XOR, 10, 30, chunk(10, 20, 30)); // a copy
        api.store.addRaw(TestApi.TENANT, UP_A, ChunkEncoding.XOR, 40, 60, chunk(40, 60));
        api.store.addRaw(TestApi.TENANT, UP_A, ChunkEncoding.XOR, 45, 55, chunk(45, 55));
        api.store.addRaw(TestApi.TENANT, UP_A, ChunkEncoding.XOR, 60, 70, chunk(60, 70));
        api.store.addRaw(TestApi.TENANT, UP_A, ChunkEncoding.XOR, 80, 90, chunk(80, 90));

        List<Chunk> chunks = frames(read(ResponseType.STREAMED_XOR_CHUNKS, ups(0, 100)))
                .getFirst()
                .getChunkedSeries(0)
                .getChunksList();

        assertEquals(3, chunks.size());
        assertArrayEquals(chunk(10, 20, 30), chunks.get(0).getData().toByteArray());
        assertArrayEquals(chunk(40, 45, 55, 60, 70), chunks.get(1).getData().toByteArray());
        assertArrayEquals(chunk(80, 90), chunks.get(2).getData().toByteArray());
        assertEquals(
                List.of("__name__=up job=a: 10=10.0 20=20.0 30=30.0 40=40.0 45=45.0 55=55.0 60=60.0 70=70.0 80=80.0"),
                texts(samples(read(ResponseType.SAMPLES, ups(0, 85))), 0));
    }

    @Test
    void keepsEverySampleOfChunksThatOverlapAnyhow() {
        Seeds.check(200, random -> {
            restart();
            TreeMap<Long, Double> stored = new TreeMap<>();
            for (int c = 1 + random.nextInt(6); c > 0; c--) {
                long[] times = random.longs(1 + random.nextInt(300), 0, 2000)
                        .distinct()
                        .sorted()
                        .toArray();
                double[] values = Arrays.stream(times).mapToDouble(t -> t / 3.0).toArray();
                for (int i = 0; i < times.length; i++) {
                    stored.put(times[i], values[i]);
                }
                api.store.add(TestApi.TENANT, UP_A, times, values);
            }
            List<Chunk> chunks = frames(read(ResponseType.STREAMED_XOR_CHUNKS, ups(0, 2000)))
                    .getFirst()
                    .getChunkedSeries(0)
                    .getChunksList();
            assertEquals(stored, decode(chunks));
        });
    }

    @Test
    void showsAPrometheusMergedTwinsAsItsOwn() throws IOException {
        String replica = "__replica__";
        api.store.add(TestApi.TENANT, UP_A.with(replica, "1"), new long[] {10}, new double[] {1});
        api.store.add(TestApi.TENANT, UP_A.with(replica, "2"), new long[] {10}, new double[] {2});
        api.store.add(TestApi.TENANT, UP_B.with(replica, "1"), new long[] {10}, new double[] {1});
        api.store.add(TestApi.TENANT, Labels.of("__name__", "up", "job", "c"), new long[] {10}, new double[] {0});

        Query.Builder second = ups(0, 10).addMatchers(matcher(LabelMatcher.Type.EQ, replica, "2"));
        Query.Builder both = ups(0, 10).addMatchers(matcher(LabelMatcher.Type.RE, replica, "1|2"));
        ReadResponse response = samples(read(ResponseType.SAMPLES, second, both, ups(0, 10)));

        assertEquals(
                List.of(
                        "__name__=up __replica__=2 job=a: 10=1.0",
                        "__name__=up __replica__=2 job=b: 10=1.0",
                        "__name__=up __replica__=2 job=c: 10=0.0"),
                texts(response, 0));
        assertEquals(
                List.of(
                        "__name__=up __replica__=1 job=a: 10=1.0",
                        "__name__=up __replica__=1 job=b: 10=1.0",
                        "__name__=up __replica__=2 job=a: 10=2.0"),
                texts(response, 1));
        assertEquals(
                List.of("__name__=up job=a: 10=1.0", "__name__=up job=b: 10=1.0", "__name__=up job=c: 10=0.0"),
                texts(response, 2));
    }

    @Test
    void seesNothingOfOtherTenants() throws IOException {
        api.store.add(new io.engram.model.TenantId("team-b"), UP_A, new long[] {10}, new double[] {1});

        assertEquals(List.of(), texts(samples(read(ResponseType.SAMPLES, ups(0, 10))), 0));
        assertEquals(List.of(), frames(read(ResponseType.STREAMED_XOR_CHUNKS, ups(0, 10))));
    }

    @Test
    void namesTheLimitThatAReadExceeds() throws IOException {
        restart("querier.max-samples", "3", "querier.max-fetched-series", "2");
        api.store.add(TestApi.TENANT, UP_A, new long[] {10, 20, 30, 40}, new double[4]);

        FakeExchange exchange = read(ResponseType.SAMPLES, ups(10, 40));

        assertEquals(422, exchange.status);
        assertEquals("text/plain; charset=utf-8", exchange.contentType);
        assertTrue(exchange.text().contains("querier.max-samples"), exchange::text);
        assertEquals(200, read(ResponseType.SAMPLES, ups(10, 30)).status);
        assertEquals(200, read(ResponseType.STREAMED_XOR_CHUNKS, ups(10, 40)).status);
        // Frames were made before the third select, but none is out yet.
        FakeExchange third = read(ResponseType.STREAMED_XOR_CHUNKS, ups(10, 40), ups(10, 40), ups(10, 40));
        assertEquals(422, third.status);
        assertTrue(third.text().startsWith("the query finds 3 series and may find 2"), third::text);
        assertTrue(third.text().contains("querier.max-fetched-series"), third::text);
    }

    @Test
    void answersHistogramsAsMessages() throws IOException {
        Histogram first = integers(0, 3, 7, 2);
        Histogram floats = new Histogram(
                ResetHint.GAUGE,
                Histogram.CUSTOM_SCHEMA,
                0,
                -1.5,
                new Histogram.FloatCounts(4.5, 0, new double[] {0.5, 4}, new double[0]),
                new int[] {1, 2},
                new int[0],
                new double[] {0.1, 1, 10});
        addHistograms(UP_A, 10, first, integers(1, 4, 9, 2));
        addHistograms(UP_A, 30, floats);

        TimeSeries series =
                samples(read(ResponseType.SAMPLES, ups(0, 100))).getResults(0).getTimeseries(0);

        assertEquals(
                List.of(10L, 11L, 30L),
                series.getHistogramsList().stream()
                        .map(io.engram.proto.remote.v1.Histogram::getTimestamp)
                        .toList());
        assertEquals(
                io.engram.proto.remote.v1.Histogram.newBuilder()
                        .setCountInt(12)
                        .setZeroCountInt(0)
                        .setSum(12.5)
                        .setSchema(-2)
                        .setZeroThreshold(0.001)
                        .addNegativeSpans(BucketSpan.newBuilder().setOffset(-3).setLength(1))
                        .addNegativeDeltas(2)
                        .addPositiveSpans(BucketSpan.newBuilder().setOffset(1).setLength(1))
                        .addPositiveSpans(BucketSpan.newBuilder().setOffset(2).setLength(1))
                        .addPositiveDeltas(3)
                        .addPositiveDeltas(4)
                        .setTimestamp(10)
                        .build(),
                series.getHistograms(0));
        assertEquals(
                io.engram.proto.remote.v1.Histogram.ResetHint.NO,
                series.getHistograms(1).getResetHint());
        assertEquals(
                io.engram.proto.remote.v1.Histogram.newBuilder()
                        .setCountFloat(4.5)
                        .setZeroCountFloat(0)
                        .setSum(-1.5)
                        .setSchema(-53)
                        .addPositiveSpans(BucketSpan.newBuilder().setOffset(1).setLength(2))
                        .addPositiveCounts(0.5)
                        .addPositiveCounts(4)
                        .setResetHint(io.engram.proto.remote.v1.Histogram.ResetHint.GAUGE)
                        .setTimestamp(30)
                        .addCustomValues(0.1)
                        .addCustomValues(1)
                        .addCustomValues(10)
                        .build(),
                series.getHistograms(2));
    }

    @Test
    void mergesHistogramsAndFloatsThatOverlap() throws IOException {
        addHistograms(UP_A, 10, integers(1, 1, 1, 1), integers(1, 2, 1, 1), integers(1, 3, 1, 1));
        api.store.addRaw(TestApi.TENANT, UP_A, ChunkEncoding.XOR, 11, 14, chunk(11, 13, 14));
        addHistograms(UP_A, 14, integers(1, 5, 1, 1), integers(1, 4, 1, 1));

        TimeSeries series =
                samples(read(ResponseType.SAMPLES, ups(0, 100))).getResults(0).getTimeseries(0);
        List<Chunk> chunks = frames(read(ResponseType.STREAMED_XOR_CHUNKS, ups(0, 100)))
                .getFirst()
                .getChunkedSeries(0)
                .getChunksList();

        assertEquals("__name__=up job=a: 13=13.0 14=14.0", text(series));
        assertEquals(
                List.of("10=1", "11=2", "12=3", "15=4"),
                series.getHistogramsList().stream()
                        .map(h -> h.getTimestamp() + "=" + h.getPositiveDeltas(0))
                        .toList());
        assertEquals(
                List.of("HISTOGRAM 10-12", "XOR 13-14", "HISTOGRAM 15-15"),
                chunks.stream()
                        .map(c -> c.getType() + " " + c.getMinTimeMs() + "-" + c.getMaxTimeMs())
                        .toList());
    }

    /** Twins, one of which has a hole, which the other fills. */
    @Test
    void mergesTwins() throws IOException {
        long[] first = {0, 10, 20, 60, 70};
        long[] second = {5, 15, 25, 35, 45, 55, 65, 75};
        api.store.addRaw(TestApi.TENANT, UP_A.with("__replica__", "1"), ChunkEncoding.XOR, 0, 70, chunk(first));
        api.store.addRaw(TestApi.TENANT, UP_A.with("__replica__", "2"), ChunkEncoding.XOR, 5, 75, chunk(second));

        TimeSeries merged =
                samples(read(ResponseType.SAMPLES, ups(0, 70))).getResults(0).getTimeseries(0);
        assertEquals(
                "__name__=up job=a: 0=0.0 10=10.0 20=20.0 25=25.0 35=35.0 45=45.0 55=55.0 60=60.0 70=70.0",
                text(merged));
        List<Chunk> chunks = frames(read(ResponseType.STREAMED_XOR_CHUNKS, ups(20, 60)))
                .getFirst()
                .getChunkedSeries(0)
                .getChunksList();
        assertEquals(1, chunks.size());
        assertEquals(
                List.of(20L, 25L, 35L, 45L, 55L, 60L),
                List.copyOf(decode(chunks).keySet()));
    }

    @Test
    void mergesTwinsOfHistograms() throws IOException {
        addHistogramsAt(UP_A.with("__replica__", "1"), 0, 10, 20, 60, 70);
        addHistogramsAt(UP_A.with("__replica__", "2"), 5, 15, 25, 35, 45, 55, 65, 75);

        TimeSeries merged =
                samples(read(ResponseType.SAMPLES, ups(0, 70))).getResults(0).getTimeseries(0);

        assertEquals(
                List.of("0=0", "10=10", "20=20", "25=25", "35=35", "45=45", "55=55", "60=60", "70=70"),
                merged.getHistogramsList().stream()
                        .map(h -> h.getTimestamp() + "=" + h.getPositiveDeltas(0))
                        .toList());
        assertEquals(0, merged.getSamplesCount());
    }

    /** A chunk of histograms, of which the first positive bucket counts the time. */
    private void addHistogramsAt(Labels labels, long... timesMs) {
        HistogramAppender appender = new HistogramAppender();
        HistogramChunk chunk = new HistogramChunk();
        appender.begin(chunk, timesMs[0], integers(1, timesMs[0], 1, 1));
        for (int i = 1; i < timesMs.length; i++) {
            assertTrue(appender.append(chunk, timesMs[i], integers(1, timesMs[i], 1, 1)));
        }
        addRaw(labels, chunk);
    }

    /** Counts of the zero bucket, two positive buckets and a negative one. */
    private static Histogram integers(long zero, long low, long high, long negative) {
        return new Histogram(
                ResetHint.UNKNOWN,
                -2,
                0.001,
                12.5,
                new Histogram.IntegerCounts(
                        zero + low + high + negative, zero, new long[] {low, high}, new long[] {negative}),
                new int[] {1, 1, 2, 1},
                new int[] {-3, 1},
                new double[0]);
    }

    /** A chunk, one histogram each ms. */
    private void addHistograms(Labels labels, long fromMs, Histogram... histograms) {
        HistogramAppender appender = new HistogramAppender();
        HistogramChunk chunk = new HistogramChunk();
        appender.begin(chunk, fromMs, histograms[0]);
        for (int i = 1; i < histograms.length; i++) {
            if (!appender.append(chunk, fromMs + i, histograms[i])) {
                addRaw(labels, chunk);
                appender.follow(chunk, fromMs + i, histograms[i]);
            }
        }
        addRaw(labels, chunk);
    }

    private void addRaw(Labels labels, HistogramChunk chunk) {
        byte[] bytes = new byte[chunk.byteLength()];
        int length = chunk.copy(bytes, 0);
        api.store.addRaw(
                TestApi.TENANT,
                labels,
                chunk.encoding(),
                chunk.firstMs(),
                chunk.lastMs(),
                Arrays.copyOf(bytes, length));
    }

    @Test
    void isServedBelowBothPrefixesWithPostAlone() {
        for (String path : List.of("/api/v1/read", "/prometheus/api/v1/read")) {
            assertTrue(api.serves("POST", path), path);
            assertFalse(api.serves("GET", path), path);
        }
    }
}
