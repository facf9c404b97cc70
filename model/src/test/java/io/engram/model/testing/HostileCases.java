package io.engram.model.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * What every parser of strangers' input must stand: as many cases as {@code engram.fuzz.cases} says, shared out among the
 * parsers by how much they see of the outside; a soak multiplies them all. Each case is repeatable by its seed ({@link
 * Seeds}), throws nothing but what the parser declares, and is held to what it may allocate.
 */
public final class HostileCases {
    private static final long CASES = Long.getLong("engram.fuzz.cases", 1_000_000);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int SHOWN_BYTES = 1 << 10;

    private HostileCases() {}

    /** Checks the property with so many thousandths of the cases. */
    public static void check(int thousandths, Seeds.Property property) {
        Seeds.check(Math.toIntExact(CASES * thousandths / 1000), property);
    }

    /**
     * Parses, and sees to it that it allocates no more than it may. Whatever it throws fails with the input.
     *
     * @param parse returns what is to be returned; catches the refusal that the parser declares
     */
    public static <T> T within(long mostBytes, byte[] input, Supplier<T> parse) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        T parsed;
        try {
            parsed = parse.get();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(e.getClass().getSimpleName() + " for " + shown(input), e);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > mostBytes) {
            throw new AssertionError(allocated + " bytes, " + mostBytes + " are allowed, for " + shown(input));
        }
        return parsed;
    }

    private static String shown(byte[] input) {
        String hex = HexFormat.of().formatHex(input, 0, Math.min(input.length, SHOWN_BYTES));
        return input.length > SHOWN_BYTES ? hex + "… (" + input.length + " bytes)" : hex;
    }
}
