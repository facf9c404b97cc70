package io.engram.server.metrics;

/**
 * Writes metrics as text for Prometheus to scrape: exposition format 0.0.4, all samples of a name together, sorted by
 * name and labels so that two pages can be compared.
 */
public final class Exposition {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private Exposition() {}

    public static String text(Metrics metrics) {
        StringBuilder page = new StringBuilder(64 << 10);
        for (Metrics.Family family : metrics.families()) {
            if (!family.members().isEmpty()) {
                append(family, page);
            }
        }
        return page.toString();
    }

    private static void append(Metrics.Family family, StringBuilder page) {
        page.append("# HELP ").append(family.name()).append(' ');
        appendHelp(family.help(), page);
        String kind =
                switch (family.kind()) {
                    case COUNTER -> "counter";
                    case GAUGE -> "gauge";
                    case HISTOGRAM -> "histogram";
                };
        page.append("\n# TYPE ").append(family.name()).append(' ').append(kind).append('\n');
        family.members().forEach((text, member) -> {
            if (member.metric() instanceof Histogram histogram) {
                append(member.key(), histogram, page);
            } else {
                page.append(text)
                        .append(' ')
                        .append(number(Metrics.value(member.metric())))
                        .append('\n');
            }
        });
    }

    private static void append(MetricKey key, Histogram histogram, StringBuilder page) {
        double[] bounds = histogram.bounds();
        long[] counts = histogram.cumulative();
        for (int i = 0; i < counts.length; i++) {
            page.append(key.name()).append("_bucket");
            key.appendLabels(page, "le", i == bounds.length ? "+Inf" : number(bounds[i]));
            page.append(' ').append(counts[i]).append('\n');
        }
        page.append(key.name()).append("_sum");
        key.appendLabels(page, null, null);
        page.append(' ').append(number(histogram.sum())).append('\n');
        page.append(key.name()).append("_count");
        key.appendLabels(page, null, null);
        page.append(' ').append(counts[counts.length - 1]).append('\n');
    }

    private static void appendHelp(String help, StringBuilder page) {
        page.append(help.replace("\\", "\\\\").replace("\n", "\\n"));
    }

    /** As Prometheus reads it: {@code +Inf}, {@code NaN}, whole numbers without a point. */
    static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        return Double.toString(value);
    }
}
