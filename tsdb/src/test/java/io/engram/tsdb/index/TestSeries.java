package io.engram.tsdb.index;

import io.engram.model.labels.Labels;

/** Series of a shape that Kubernetes clusters have: 12 labels, 100 series a pod in a row, pods of deployments. */
public final class TestSeries {
    static final int SERIES_PER_POD = 100;

    private TestSeries() {}

    public static Labels kubernetes(int series) {
        int pod = series / SERIES_PER_POD;
        int metric = series % SERIES_PER_POD;
        int deployment = pod / 12;
        String hash = Integer.toHexString(0x10000000 | mixed(deployment) >>> 4);
        String suffix = Integer.toString(0x100000 | mixed(pod + 7_000_000) >>> 11, 36);
        return Labels.of(
                "__name__", "http_server_requests_" + metric / 8 + "_seconds_bucket",
                "cluster", "eu-west-" + pod % 3,
                "container", "service-" + deployment,
                "endpoint", "metrics",
                "instance", "10." + (pod >> 16) + "." + (pod >> 8 & 255) + "." + (pod & 255) + ":8080",
                "job", "team-" + deployment % 60 + "/service-" + deployment,
                "le", metric % 8 == 7 ? "+Inf" : "0." + metric % 8,
                "method", metric % 3 == 0 ? "GET" : metric % 3 == 1 ? "POST" : "PUT",
                "namespace", "team-" + deployment % 60,
                "node", "ip-10-0-" + pod / 30 % 250 + "-" + pod / 30 / 250 + ".eu-west-1.compute.internal",
                "pod", "service-" + deployment + "-" + hash + "-" + suffix,
                "service", "service-" + deployment);
    }

    private static int mixed(int value) {
        int h = value * 0x9E3779B1;
        h ^= h >>> 15;
        h *= 0x85EBCA77;
        return h ^ h >>> 13;
    }
}
