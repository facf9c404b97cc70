package io.engram.tsdb.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.StaleMarker;
import io.engram.model.block.BlockId;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.testing.RandomHistograms;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks of ours read by Prometheus' tool, and its blocks read by us. */
class PromtoolBlockTest {
    private static final Pattern DUMPED = Pattern.compile("(\\{.*\\}) (\\S+) (\\d+)");
    private static final Pattern DUMPED_LABEL = Pattern.compile("([^\\s{,]+)=\"([^\"]*)\"");

    @TempDir
    Path folder;

    @Test
    void promtoolReadsWhatWeWrite() throws Exception {
        if (!Promtool.present("PromtoolBlockTest")) {
            return;
        }
        Seeds.check(2, random -> {
            Path data = Files.createDirectories(folder.resolve("ours" + random.nextInt(1 << 30)));
            Files.createDirectory(data.resolve("wal"));
            BlockModel model = floats(random);
            BlockId id = RandomBlocks.id(random);
            try (BlockWriter writer = BlockWriter.create(data, id, 20_000, 100)) {
                model.write(writer, id, 120);
            }
            assertTrue(Files.exists(data.resolve(id + "/chunks/000003")), "several segments");
            model.assertSame(dumped(Promtool.run("tsdb", "dump", data.toString())));
            checkList(model, data, id);
            checkAnalysis(model, data);
        });
    }

    @Test
    void promtoolReadsOurHistograms() throws Exception {
        if (!Promtool.present("PromtoolBlockTest")) {
            return;
        }
        SplittableRandom random = Seeds.random();
        Files.createDirectory(folder.resolve("wal"));
        BlockModel model = new BlockModel();
        var histogram = RandomHistograms.next(random);
        while (histogram.schema() < -4) { // of custom bounds 2.42 does not know
            histogram = RandomHistograms.next(random);
        }
        for (int i = 0; i < 300; i++) {
            model.put(Labels.of("__name__", "h"), RandomBlocks.START_MS + 15_000 * i, histogram);
            histogram = RandomHistograms.after(histogram, random);
        }
        Path block = model.write(folder, RandomBlocks.id(random));
        // Its dump passes over histograms; the analysis of chunks decodes them.
        String[] columns =
                Promtool.run("tsdb", "list", folder.toString()).getLast().split("\\s+");
        assertEquals("300", columns[4]);
        List<String> lines = Promtool.run("tsdb", "analyze", "--extended", folder.toString());
        assertTrue(lines.contains("Series: 1"), lines::toString);
        assertEquals(List.of(), BlockVerify.verify(block));
    }

    @Test
    void weReadWhatPrometheusWrites() throws Exception {
        if (!Promtool.present("PromtoolBlockTest")) {
            return;
        }
        BlockModel model = floats(Seeds.random());
        Path text = folder.resolve("in.om");
        Files.write(text, openMetrics(model));
        Path data = folder.resolve("theirs");
        Promtool.run("tsdb", "create-blocks-from", "openmetrics", text.toString(), data.toString());
        BlockModel read = new BlockModel();
        int blocks = 0;
        try (Stream<Path> folders = Files.list(data)) {
            for (Path each : folders.filter(path -> Files.exists(path.resolve("meta.json")))
                    .toList()) {
                try (BlockReader block = BlockReader.open(each)) {
                    read.fold(BlockModel.of(block), Long.MIN_VALUE, Long.MAX_VALUE);
                    assertEquals(List.of(), BlockVerify.verify(each));
                    checkLabels(BlockModel.of(block), block);
                    blocks++;
                }
            }
        }
        assertTrue(blocks > 1);
        model.assertSame(read);
    }

    /** Without stale markers and NaN payloads: text does not keep their bits. */
    private static BlockModel floats(SplittableRandom random) {
        BlockModel model = new BlockModel();
        for (int s = 0; s < 80; s++) {
            TreeMap<String, String> labels = new TreeMap<>();
            labels.put("__name__", "metric_" + random.nextInt(5));
            for (int l = random.nextInt(30); l > 0; l--) {
                labels.put("label_" + random.nextInt(60), "värde 😀 " + random.nextInt(40));
            }
            long time = RandomBlocks.START_MS + random.nextInt(10_000);
            double value = random.nextInt(1000);
            for (int i = random.nextInt(1, 900); i > 0; i--) {
                value = switch (random.nextInt(30)) {
                    case 0 -> Double.POSITIVE_INFINITY;
                    case 1 -> -0.0;
                    case 2 -> random.nextDouble() * 1e300;
                    default -> random.nextInt(100_000) / 8.0;
                };
                model.put(Labels.of(labels), time, value);
                time += random.nextInt(50) == 0 ? random.nextInt(1, 900_000) : 15_000;
            }
        }
        assertTrue(model.series.values().stream().noneMatch(s -> s.containsValue(StaleMarker.BITS)));
        return model;
    }

    private static BlockModel dumped(List<String> lines) {
        BlockModel model = new BlockModel();
        for (String line : lines) {
            Matcher sample = DUMPED.matcher(line);
            assertTrue(sample.matches(), line);
            Map<String, String> labels = new HashMap<>();
            Matcher label = DUMPED_LABEL.matcher(sample.group(1));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
            String value = sample.group(2).replace("Inf", "Infinity");
            model.put(Labels.of(labels), Long.parseLong(sample.group(3)), Double.parseDouble(value));
        }
        return model;
    }

    private void checkList(BlockModel model, Path data, BlockId id) throws IOException, InterruptedException {
        List<String> lines = Promtool.run("tsdb", "list", data.toString());
        String[] columns = lines.getLast().split("\\s+");
        long first = model.series.values().stream()
                .mapToLong(TreeMap::firstKey)
                .min()
                .orElseThrow();
        long last =
                model.series.values().stream().mapToLong(TreeMap::lastKey).max().orElseThrow();
        assertEquals(id.toString(), columns[0]);
        assertEquals(first, Long.parseLong(columns[1]));
        assertEquals(last + 1, Long.parseLong(columns[2]));
        assertEquals(model.sampleCount(), Long.parseLong(columns[4]));
        assertEquals(model.series.size(), Long.parseLong(columns[6]));
    }

    private static void checkAnalysis(BlockModel model, Path data) throws IOException, InterruptedException {
        List<String> lines = Promtool.run("tsdb", "analyze", data.toString());
        TreeSet<Label> pairs = new TreeSet<>();
        TreeSet<String> names = new TreeSet<>();
        long entries = 0;
        for (Labels labels : model.series.keySet()) {
            for (int i = 0; i < labels.size(); i++) {
                pairs.add(labels.at(i));
                names.add(labels.at(i).name());
                entries++;
            }
        }
        assertTrue(lines.contains("Series: " + model.series.size()), lines::toString);
        assertTrue(lines.contains("Label names: " + names.size()), lines::toString);
        assertTrue(lines.contains("Postings (unique label pairs): " + pairs.size()), lines::toString);
        assertTrue(lines.contains("Postings entries (total label pairs): " + entries), lines::toString);
    }

    private static void checkLabels(BlockModel model, BlockReader block) {
        SeriesEntry entry = new SeriesEntry();
        for (Labels labels : model.series.keySet()) {
            List<io.engram.model.labels.Matcher> matchers = new ArrayList<>();
            for (int i = 0; i < labels.size(); i++) {
                matchers.add(io.engram.model.labels.Matcher.equal(
                        labels.at(i).name(), labels.at(i).value()));
            }
            List<Labels> found = new ArrayList<>();
            block.select(matchers).forEach((int ref) -> found.add(block.labels(block.series(ref, entry))));
            assertTrue(found.contains(labels), labels.toString());
        }
    }

    private static List<String> openMetrics(BlockModel model) {
        List<String> lines = new ArrayList<>();
        String metric = "";
        for (Map.Entry<Labels, TreeMap<Long, Object>> entry : model.series.entrySet()) {
            Labels labels = entry.getKey();
            if (!metric.equals(labels.metricName())) {
                metric = labels.metricName();
                lines.add("# TYPE " + metric + " gauge");
            }
            List<String> pairs = new ArrayList<>();
            Labels rest = labels.withoutMetricName();
            for (int i = 0; i < rest.size(); i++) {
                pairs.add(rest.at(i).name() + "=\"" + rest.at(i).value() + '"');
            }
            entry.getValue()
                    .forEach((time, bits) -> lines.add(labels.metricName() + "{" + String.join(",", pairs) + "} "
                            + text(Double.longBitsToDouble((Long) bits)) + " " + time / 1000 + "."
                            + "%03d".formatted(time % 1000)));
        }
        lines.add("# EOF");
        return lines;
    }

    private static String text(double value) {
        return Double.isInfinite(value) ? (value > 0 ? "+Inf" : "-Inf") : Double.toString(value);
    }
}
