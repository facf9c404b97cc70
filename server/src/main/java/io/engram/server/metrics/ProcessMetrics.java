package io.engram.server.metrics;

import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** What the operating system and the JVM know about the process, under the names that Prometheus' own clients use. */
public final class ProcessMetrics {
    private static final Path STATM = Path.of("/proc/self/statm");
    /** Linux on x86-64 and most of arm64. */
    private static final long PAGE_BYTES = 4096;

    private ProcessMetrics() {}

    /** @param version of the program, for {@code engram_build_info} */
    public static void register(Metrics metrics, String version) {
        metrics.gauge(
                "engram_build_info",
                "Version of the program and of its Java; always 1.",
                () -> 1,
                "version",
                version,
                "java",
                System.getProperty("java.version", ""));
        process(metrics);
        memory(metrics);
        garbage(metrics);
        threads(metrics);
    }

    private static void threads(Metrics metrics) {
        metrics.gauge("jvm_threads_current", "Platform threads.", () -> ManagementFactory.getThreadMXBean()
                .getThreadCount());
        if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                && threads.isThreadAllocatedMemorySupported()) {
            metrics.counter(
                    "jvm_allocated_bytes_total",
                    "Bytes of objects that were made on the heap, by threads that have ended, too.",
                    threads::getTotalThreadAllocatedBytes);
        }
    }

    private static void process(Metrics metrics) {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        metrics.gauge(
                "process_start_time_seconds",
                "Start of the process, in seconds since 1970.",
                () -> runtime.getStartTime() / 1e3);
        metrics.gauge("process_uptime_seconds", "Time since the start.", () -> runtime.getUptime() / 1e3);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os) {
            metrics.counter(
                    "process_cpu_seconds_total", "User and system CPU time.", () -> os.getProcessCpuTime() / 1e9);
            metrics.gauge("process_open_fds", "Open file descriptors.", os::getOpenFileDescriptorCount);
            metrics.gauge("process_max_fds", "File descriptors that may be open.", os::getMaxFileDescriptorCount);
        }
        if (Files.isReadable(STATM)) {
            metrics.gauge(
                    "process_virtual_memory_bytes", "Virtual memory of the process.", () -> statm(0) * PAGE_BYTES);
            metrics.gauge(
                    "process_resident_memory_bytes", "Resident memory of the process.", () -> statm(1) * PAGE_BYTES);
        }
    }

    private static double statm(int field) {
        try {
            return Long.parseLong(Files.readString(STATM).split(" ")[field]);
        } catch (IOException | NumberFormatException _) {
            return Double.NaN;
        }
    }

    private static void memory(Metrics metrics) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        area(metrics, "heap", memory::getHeapMemoryUsage);
        area(metrics, "nonheap", memory::getNonHeapMemoryUsage);
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            metrics.gauge(
                    "jvm_buffer_pool_used_bytes",
                    "Bytes of buffers outside the heap.",
                    pool::getMemoryUsed,
                    "pool",
                    pool.getName());
        }
    }

    private static void area(Metrics metrics, String area, Supplier<MemoryUsage> usage) {
        metrics.gauge(
                "jvm_memory_used_bytes", "Bytes in use.", () -> usage.get().getUsed(), "area", area);
        metrics.gauge(
                "jvm_memory_committed_bytes", "Bytes held.", () -> usage.get().getCommitted(), "area", area);
        metrics.gauge(
                "jvm_memory_max_bytes",
                "Bytes that may be held; -1 is no limit.",
                () -> usage.get().getMax(),
                "area",
                area);
    }

    private static void garbage(Metrics metrics) {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            metrics.counter(
                    "jvm_gc_collections_total",
                    "Garbage collections.",
                    collector::getCollectionCount,
                    "gc",
                    collector.getName());
            metrics.counter(
                    "jvm_gc_collection_seconds_total",
                    "Time spent in garbage collections; for G1's young and old ones, time in pauses.",
                    () -> collector.getCollectionTime() / 1e3,
                    "gc",
                    collector.getName());
        }
    }
}
