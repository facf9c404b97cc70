package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.testing.S3Fake;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cluster that all scenes share, with the samples that it acknowledged so far. Its blocks are in an S3 of this process;
 * between each of its first three ingesters and the rest is a network that scenes may break.
 */
final class TestedCluster implements AutoCloseable {
    private static final int BASE_PORT = 24_600;
    private static final int SERIES = 10;
    /** Heap of each process; what is outside of heaps (code, classes, stacks, buffers of connections) may have as much again. */
    private static final int HEAP_MB = 384;

    private static final long MOST_BYTES = 2L * HEAP_MB << 20;

    final SplittableRandom random;
    final LocalCluster processes;
    final NumberedSamples samples = new NumberedSamples("cluster", SERIES, 5);
    final List<LocalCluster.Node> distributors;
    final List<LocalCluster.Node> queriers;
    private final S3Fake s3 = S3Fake.start();
    private final Map<String, IngesterLinks> links = new TreeMap<>();
    private final Map<String, LocalCluster.Node> known = new TreeMap<>(); // ports are kept for ever

    TestedCluster(SplittableRandom random) throws IOException {
        this.random = random;
        List<String> settings = new ArrayList<>();
        for (String name : List.of("ingester-1", "ingester-2", "ingester-3")) {
            IngesterLinks link = IngesterLinks.of(name, BASE_PORT, s3.endpoint().getPort());
            links.put(name, link);
            settings.addAll(link.settings());
        }
        // So long a load balancer may take to see that they stop.
        settings.add("distributor-1:server.shutdown-delay=2s");
        settings.add("querier-1:server.shutdown-delay=2s");
        processes = new LocalCluster(
                ServerProcess.folder(ClusterIT.class).resolve("cluster"),
                BASE_PORT,
                HEAP_MB + "m",
                settings,
                "--limits.past-grace-period=0",
                "--limits.retention=0",
                "--ring.zookeeper.session-timeout=4s",
                "--bucket.backend=s3",
                "--bucket.s3.endpoint=" + s3.endpoint(),
                "--bucket.s3.bucket=" + S3Fake.BUCKET,
                "--bucket.s3.access-key-id=key",
                "--bucket.s3.secret-access-key=secret",
                "--bucket.s3.path-style=true",
                "--bucket.s3.request-timeout=1s",
                "--bucket.s3.max-attempts=2",
                "--ingester.ship-interval=10s");
        distributors = List.of(node("distributor-1"), node("distributor-2"));
        queriers = List.of(node("querier-1"), node("querier-2"));
        links.forEach((name, link) -> link.peers().lead(node(name).port() + 1));
    }

    /** As it is now. */
    LocalCluster.Node node(String name) {
        return processes.node(name);
    }

    IngesterLinks links(String ingester) {
        return links.get(ingester);
    }

    /** One of those that are there from the start. */
    String anyIngester() {
        return "ingester-" + (1 + random.nextInt(3));
    }

    /** In another zone than the ingester given, which is one of those. */
    static String neighbour(String ingester) {
        return "ingester-" + ((ingester.charAt(ingester.length() - 1) - '0') % 3 + 1);
    }

    ClusterLoad load() {
        return new ClusterLoad(distributors, queriers, samples, SERIES, false);
    }

    /** The same that leaves out who is about to stop. */
    ClusterLoad balancedLoad() {
        return new ClusterLoad(distributors, queriers, samples, SERIES, true);
    }

    /** Every process is as it should be, and every acknowledged sample is there once. */
    void checkAll() throws IOException, InterruptedException {
        for (LocalCluster.Node node : processes.status().values()) {
            if (node.runs() || !goneForGood(node)) {
                ServerProcess.await(node.name() + " to be ready", () -> "ready"
                        .equals(node(node.name()).state()));
                assertTrue(
                        node.name().equals("zookeeper") || node.peakBytes() <= MOST_BYTES,
                        () -> node.name() + " held more memory than " + MOST_BYTES);
            }
        }
        samples.send(distributors.getFirst());
        checkSamples();
    }

    private static boolean goneForGood(LocalCluster.Node node) {
        return node.name().compareTo("ingester-4") >= 0 && node.name().startsWith("ingester-");
    }

    private void checkSamples() throws IOException, InterruptedException {
        for (int s = 0; s < SERIES; s++) {
            samples.check(queriers.get(s % 2), s);
        }
    }

    /** What finds out whether an answer is right. */
    @FunctionalInterface
    interface Check {
        void run() throws IOException, InterruptedException;
    }

    /** The same where an ingester hangs: then one that was cut off before must have its share of what the others lack. */
    void checkAllWithout(String ingester) throws IOException, InterruptedException {
        checkAllWithout(ingester, () -> {});
    }

    void checkAllWithout(String ingester, Check more) throws IOException, InterruptedException {
        checkAll();
        processes.signal(ingester, "STOP");
        try {
            checkSamples();
            more.run();
        } finally {
            processes.signal(ingester, "CONT");
        }
    }

    /** Until every write goes to all that are to have it, and every answer has all copies; under load, which must go on. */
    void awaitEverybody(ClusterLoad load) {
        ServerProcess.await("every copy to be written", () -> {
            double before = copiesMissed();
            load.awaitRounds(4);
            return copiesMissed() == before;
        });
        for (LocalCluster.Node querier : queriers) {
            ServerProcess.await("answers of " + querier.name() + " with every copy", () -> !answer(querier)
                    .contains("ingester-"));
        }
    }

    private double copiesMissed() {
        double sum = 0;
        for (LocalCluster.Node distributor : distributors) {
            sum += sum(distributor.name(), "engram_distributor_copies_failed_total")
                    + sum(distributor.name(), "engram_distributor_copies_not_sent_total");
        }
        return sum;
    }

    /** Until answers name somebody who is missing. */
    void awaitMissing(String ingester) {
        ServerProcess.await("an answer that names " + ingester, () -> answer(queriers.getFirst())
                .contains(ingester));
    }

    /** Of a query; the load finds out whether answers are right. */
    private String answer(LocalCluster.Node querier) {
        try {
            HttpResponse<String> answer = samples.ask(querier, 0);
            assertEquals(200, answer.statusCode(), answer::body);
            return answer.body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** State and health of an instance, as a distributor's ring page tells; null where it is not on the ring. */
    String onRing(String ingester) {
        Matcher instance = Pattern.compile(
                        "\"id\":\"" + ingester + "\".*?\"state\":\"([A-Z]+)\".*?\"healthy\":(true|false)")
                .matcher(text("distributor-1", "/ingester/ring", "Accept", "application/json"));
        return instance.find() ? instance.group(1) + " " + instance.group(2) : null;
    }

    void awaitOnRing(String ingester, String stateAndHealth) {
        ServerProcess.await(ingester + " to be " + stateAndHealth, () -> stateAndHealth.equals(onRing(ingester)));
    }

    /** Of all series of a metric. */
    double sum(String process, String metric) {
        Matcher line = Pattern.compile("^" + metric + "(?:\\{.*})? (\\S+)$", Pattern.MULTILINE)
                .matcher(text(process, "/metrics"));
        double sum = 0;
        while (line.find()) {
            sum += Double.parseDouble(line.group(1));
        }
        return sum;
    }

    /** What a process says at a path. */
    String text(String process, String path, String... headers) {
        try {
            return Http.get(known.computeIfAbsent(process, this::node).url(path), headers)
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        processes.close();
        links.values().forEach(IngesterLinks::close);
        s3.close();
    }
}
