package io.engram.benchmarks.loops;

import io.engram.model.regex.Regex;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time to test one of 100,000 label values of 36 characters against a pattern. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RegexMatch {
    private static final int VALUES = 100_000;

    @Param({"ab.*", ".*ab12.*", "[0-9a-f]{8}-.*9", "foo|bar|baz|qux", ".+"})
    String pattern;

    private final String[] values = new String[VALUES];
    private Regex regex;

    @Setup
    public void compile() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < VALUES; i++) {
            values[i] = new UUID(random.nextLong(), random.nextLong()).toString();
        }
        regex = Regex.compile(pattern);
    }

    @Benchmark
    @OperationsPerInvocation(VALUES)
    public int match() {
        int matches = 0;
        for (String value : values) {
            matches += regex.matches(value) ? 1 : 0;
        }
        return matches;
    }
}
