package io.engram.benchmarks.e2e;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The CPU time of another process, to the nanosecond: {@code /proc/PID/stat} counts in steps of 10 ms, longer than most
 * instant queries take. Linux only.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/clock_getcpuclockid.3.html">clock_getcpuclockid(3)</a>
 */
final class CpuClock {
    /** The clock of all threads of a process, those that ended included. */
    private static final int SCHEDULED = 2;

    private static final MethodHandle CLOCK_GETTIME = clockGettime();

    private CpuClock() {}

    @SuppressWarnings("restricted") // the command that starts the benchmark enables native access
    private static MethodHandle clockGettime() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("clock_gettime"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    }

    /** User and system time of all its threads since its start. */
    static double seconds(long pid) {
        int clock = (int) (~pid << 3 | SCHEDULED);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
            int failed = (int) CLOCK_GETTIME.invokeExact(clock, time);
            if (failed != 0) {
                throw new IllegalStateException("no CPU clock of process " + pid + ": it has ended");
            }
            return time.getAtIndex(ValueLayout.JAVA_LONG, 0) + time.getAtIndex(ValueLayout.JAVA_LONG, 1) / 1e9;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("clock_gettime", e);
        }
    }
}
