package io.engram.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** Draws the pictures of docs/ha.md as SVG. */
final class HaPictures {
    private static final int WIDTH = 900;
    private static final int LEFT = 90;
    private static final int RIGHT = 20;
    private static final String A = "#1f77b4";
    private static final String B = "#d9720b";
    private static final String MERGED = "#2a2a2a";

    private final Path folder;
    private final long fromMs;
    private final long untilMs;
    private final StringBuilder svg = new StringBuilder();

    HaPictures(Path folder, long fromMs, long untilMs) {
        this.folder = folder;
        this.fromMs = fromMs;
        this.untilMs = untilMs;
    }

    /** A row of marks for each replica, and one of what is shown, coloured by where each sample is from. */
    void samples(Points a, Points b, Points merged) throws IOException {
        begin(190, "Samples of one series: replica a, replica b, and what a query shows");
        row("replica a", 50, a, A);
        row("replica b", 90, b, B);
        label("shown", 130);
        for (int i = 0; i < merged.size(); i++) {
            boolean ofA = Arrays.binarySearch(a.timeMs(), merged.timeMs()[i]) >= 0;
            mark(merged.timeMs()[i], 130, ofA ? A : B);
        }
        axis(160);
        end("ha-samples.svg");
    }

    private void row(String name, int y, Points points, String colour) {
        label(name, y);
        for (long timeMs : points.timeMs()) {
            mark(timeMs, y, colour);
        }
    }

    /** The rate of a counter by each replica alone, and merged. */
    void rates(Points a, Points b, Points merged) throws IOException {
        begin(300, "rate(work_total[5s]) by replica a alone, by replica b alone, and merged; 10 a second is right");
        double top = 12;
        for (int n = 0; n <= 10; n += 5) {
            line(LEFT, y(n, top), WIDTH - RIGHT, y(n, top), "#dddddd");
            text(LEFT - 8, y(n, top) + 4, "end", "#444444", Integer.toString(n));
        }
        curve(a, top, A, 1.5);
        curve(b, top, B, 1.5);
        curve(merged, top, MERGED, 2.5);
        text(LEFT + 10, 42, "start", A, "replica a");
        text(LEFT + 90, 42, "start", B, "replica b");
        text(LEFT + 170, 42, "start", MERGED, "merged");
        axis(265);
        end("ha-rate.svg");
    }

    private static double y(double value, double top) {
        return 255 - 200 * Math.min(value, top) / top;
    }

    /** Broken where steps are missing. */
    private void curve(Points points, double top, String colour, double width) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < points.size(); i++) {
            boolean broken = i == 0 || points.timeMs()[i] - points.timeMs()[i - 1] > 1000;
            path.append(String.format(
                    Locale.ROOT, "%s%.1f %.1f ", broken ? "M" : "L", x(points.timeMs()[i]), y(points.value()[i], top)));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\"/>%n",
                path.toString().trim(),
                colour,
                width));
    }

    private void begin(int height, String title) {
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<title>%s</title>%n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH,
                height,
                title));
        text(LEFT, 22, "start", MERGED, title);
    }

    private void axis(int y) {
        line(LEFT, y, WIDTH - RIGHT, y, "#444444");
        long stepS = Math.max(5, (untilMs - fromMs) / 100_000 * 5);
        for (long s = 0; s * 1000 <= untilMs - fromMs; s += stepS) {
            text(x(fromMs + s * 1000), y + 16, "middle", "#444444", s + " s");
        }
    }

    private void label(String name, double y) {
        text(LEFT - 10, y + 4, "end", MERGED, name);
    }

    private void mark(long timeMs, double y, String colour) {
        svg.append(String.format(
                Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n", x(timeMs), y, colour));
    }

    private void line(double x1, double y1, double x2, double y2, String colour) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
                x1,
                y1,
                x2,
                y2,
                colour));
    }

    private void text(double x, double y, String anchor, String colour, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
                x,
                y,
                anchor,
                colour,
                text));
    }

    private double x(long timeMs) {
        return LEFT + (double) (WIDTH - LEFT - RIGHT) * (timeMs - fromMs) / (untilMs - fromMs);
    }

    private void end(String name) throws IOException {
        svg.append("</svg>\n");
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name), svg);
    }
}
