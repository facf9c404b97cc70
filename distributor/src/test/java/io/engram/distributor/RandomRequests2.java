package io.engram.distributor;

import io.engram.proto.remote.v1.Label;
import io.engram.proto.remote.v1.WriteRequest;
import io.engram.proto.remote.v2.Exemplar;
import io.engram.proto.remote.v2.Histogram;
import io.engram.proto.remote.v2.Metadata;
import io.engram.proto.remote.v2.Request;
import io.engram.proto.remote.v2.Sample;
import io.engram.proto.remote.v2.TimeSeries;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Remote write 2.0 requests as a well-behaved sender makes them. */
final class RandomRequests2 {
    private final Map<String, Integer> symbols = new LinkedHashMap<>(Map.of("", 0));

    private RandomRequests2() {}

    /** With start timestamps, metadata, and sometimes the created timestamp of older senders. */
    static Request request(SplittableRandom random) throws Exception {
        return request(random, random.nextInt(1, 20));
    }

    static Request request(SplittableRandom random, int seriesCount) throws Exception {
        Request.Builder request = of(RandomRequests.request(random, seriesCount)).toBuilder();
        int symbols = request.getSymbolsCount();
        request.addSymbols("helps").addSymbols("bytes");
        for (TimeSeries.Builder series : request.getTimeseriesBuilderList()) {
            if (random.nextBoolean()) {
                series.getSamplesBuilderList()
                        .forEach(sample -> sample.setStartTimestamp(random.nextInt(3) * 1_700_000_000_000L));
                series.getHistogramsBuilderList()
                        .forEach(histogram -> histogram.setStartTimestamp(random.nextInt(3) * 1_700_000_000_000L));
            }
            if (random.nextInt(4) == 0) {
                series.setCreatedTimestamp(RandomRequests.NOW_MS - random.nextInt(1000));
            }
            if (random.nextBoolean()) {
                series.setMetadata(Metadata.newBuilder()
                        .setTypeValue(random.nextInt(9))
                        .setHelpRef(symbols)
                        .setUnitRef(random.nextBoolean() ? 0 : symbols + 1));
            }
        }
        return request.build();
    }

    /** The same series and rows under the other version; 1.0's metadata is of the request, so it is left out. */
    static Request of(WriteRequest request) throws Exception {
        RandomRequests2 made = new RandomRequests2();
        Request.Builder all = Request.newBuilder();
        for (var series : request.getTimeseriesList()) {
            TimeSeries.Builder one = TimeSeries.newBuilder();
            made.refs(series.getLabelsList()).forEach(one::addLabelsRefs);
            for (var sample : series.getSamplesList()) {
                one.addSamples(Sample.parseFrom(sample.toByteArray()));
            }
            for (var histogram : series.getHistogramsList()) {
                one.addHistograms(Histogram.parseFrom(histogram.toByteArray()));
            }
            for (var exemplar : series.getExemplarsList()) {
                one.addExemplars(Exemplar.newBuilder()
                        .addAllLabelsRefs(made.refs(exemplar.getLabelsList()))
                        .setValue(exemplar.getValue())
                        .setTimestamp(exemplar.getTimestamp()));
            }
            all.addTimeseries(one);
        }
        return all.addAllSymbols(made.symbols.keySet()).build();
    }

    private List<Integer> refs(List<Label> labels) {
        return labels.stream()
                .flatMap(label -> List.of(ref(label.getName()), ref(label.getValue())).stream())
                .toList();
    }

    private int ref(String symbol) {
        return symbols.computeIfAbsent(symbol, _ -> symbols.size());
    }
}
