package io.engram.it;

import io.engram.proto.remote.v1.Label;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.proto.remote.v1.WriteRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import org.xerial.snappy.Snappy;

/** Builds remote write 1.0 requests with the generated classes and sends them. */
final class RemoteWrite {
    private final WriteRequest.Builder request = WriteRequest.newBuilder();

    RemoteWrite add(Map<String, String> labels, long timestampMs, double value) {
        return add(labels, new long[] {timestampMs}, new double[] {value});
    }

    /** One series with its samples, bit by bit. */
    RemoteWrite add(Map<String, String> labels, long[] timestampMs, double[] value) {
        TimeSeries.Builder series = TimeSeries.newBuilder();
        new TreeMap<>(labels)
                .forEach((name, v) ->
                        series.addLabels(Label.newBuilder().setName(name).setValue(v)));
        for (int i = 0; i < value.length; i++) {
            series.addSamples(Sample.newBuilder().setTimestamp(timestampMs[i]).setValue(value[i]));
        }
        request.addTimeseries(series);
        return this;
    }

    HttpResponse<String> send(Server to, String tenant) throws IOException, InterruptedException {
        return Http.post(
                to.url("/api/v1/push"),
                Snappy.compress(request.build().toByteArray()),
                "Content-Type",
                "application/x-protobuf",
                "Content-Encoding",
                "snappy",
                "X-Prometheus-Remote-Write-Version",
                "0.1.0",
                "X-Scope-OrgID",
                tenant);
    }
}
