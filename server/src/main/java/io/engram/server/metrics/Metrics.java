package io.engram.server.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import io.engram.model.TenantId;
import io.engram.model.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The process's metrics: Dropwizard's registry, with keys {@code name{label="value",…}}. Callers keep the handles that
 * they get; looking one up is not for inner loops. Asking for the same name and labels again gives the same handle.
 * Safe for all threads.
 *
 * <p>Labels are given as names and values by turns. Names are those of Prometheus: {@code engram_<component>_…}, base
 * units, counters end in {@code _total}.
 */
public final class Metrics {
    /** The label that says whose numbers these are. */
    public static final String TENANT = "tenant";

    /** What the handles of a tenant are taken to need. */
    private static final long BYTES_PER_TENANT = 10 << 10;

    private final MetricRegistry registry = new MetricRegistry();
    private final Map<String, Family> families = new ConcurrentSkipListMap<>();
    /** How many walks over all samples have begun. */
    private final AtomicLong walks = new AtomicLong();

    private final ReentrantLock forgetting = new ReentrantLock();
    private final int maxTenants;

    /** All metrics of one name, sorted by the text of their keys. */
    record Family(String name, String help, Kind kind, Map<String, Member> members) {}

    record Member(MetricKey key, Metric metric) {}

    /** As it stands behind {@code # TYPE}. */
    enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    /** Receives samples one by one; {@code labels} is borrowed until the call returns. */
    @FunctionalInterface
    public interface SampleVisitor {
        /** @param labels names and values by turns */
        void sample(String name, String[] labels, double value);
    }

    public Metrics() {
        this(Math.clamp(Runtime.getRuntime().maxMemory() / 20 / BYTES_PER_TENANT, 1_000, 100_000));
    }

    /** @param maxTenants how many tenants have metrics at a time, for each {@link #perTenant} */
    public Metrics(int maxTenants) {
        this.maxTenants = maxTenants;
    }

    public MetricRegistry registry() {
        return registry;
    }

    /** A counter; {@code name} ends in {@code _total}. */
    public Counter counter(String name, String help, String... labels) {
        MetricKey key = MetricKey.of(name, labels);
        String text = key.text();
        Counter counter = registry.counter(text);
        return put(key, text, help, Kind.COUNTER, counter);
    }

    /** A counter that somebody else counts. */
    public void counter(String name, String help, DoubleSupplier value, String... labels) {
        supplied(MetricKey.of(name, labels), help, Kind.COUNTER, value);
    }

    /** A gauge that is asked when somebody looks; the first one registered under its labels stays. */
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
        supplied(MetricKey.of(name, labels), help, Kind.GAUGE, value);
    }

    private void supplied(MetricKey key, String help, Kind kind, DoubleSupplier value) {
        String text = key.text();
        Gauge<?> gauge = registry.gauge(text, () -> (Gauge<Double>) value::getAsDouble);
        put(key, text, help, kind, gauge);
    }

    /** @param bounds upper ends of the buckets, included, rising; of the first caller for this name and labels */
    public Histogram histogram(String name, String help, double[] bounds, String... labels) {
        MetricKey key = MetricKey.of(name, labels);
        String text = key.text();
        synchronized (registry) {
            Metric known = registry.getMetrics().get(text);
            Histogram histogram =
                    known instanceof Histogram same ? same : registry.register(text, new Histogram(bounds));
            return put(key, text, help, Kind.HISTOGRAM, histogram);
        }
    }

    /**
     * For statistics of which many metrics show a part each: {@code source} is asked once per walk over all samples,
     * whatever the number of metrics that ask the result. Between walks it gives what the last one saw.
     */
    public <T> Supplier<T> oncePerWalk(Supplier<T> source) {
        return new OncePerWalk<>(source, walks::get);
    }

    private <M extends Metric> M put(MetricKey key, String text, String help, Kind kind, M metric) {
        Family family = families.computeIfAbsent(
                key.name(), name -> new Family(name, help, kind, new ConcurrentSkipListMap<>()));
        if (family.kind != kind) {
            throw new IllegalArgumentException(key.name() + " is a " + family.kind + " already, not a " + kind);
        }
        family.members.put(text, new Member(key, metric));
        return metric;
    }

    /**
     * Handles that exist once per tenant: {@code create} registers them, with the label {@link #TENANT}, when the tenant
     * is first seen. Where more tenants come than memory has room for, those that came longest ago are forgotten, and begin
     * at zero when they come again.
     *
     * @param prefix with which the names of these metrics begin, and no others
     */
    public <T> PerTenant<T> perTenant(Clock clock, String prefix, Function<TenantId, T> create) {
        return new PerTenant<>(clock, prefix, maxTenants, create, this::forgetIdlest);
    }

    /** One at a time; who comes meanwhile leaves it to the one that is at work. */
    private void forgetIdlest(PerTenant<?> handles) {
        if (forgetting.tryLock()) {
            try {
                if (handles.size() > maxTenants) {
                    Set<String> tenants = handles.forgetIdlest();
                    removeIf(handles.prefix(), key -> tenants.contains(key.labelValue(TENANT)));
                }
            } finally {
                forgetting.unlock();
            }
        }
    }

    /** Removes the metric with exactly this name and these labels, where there is one. */
    public void removeOne(String name, String... labels) {
        Family family = families.get(name);
        String text = MetricKey.of(name, labels).text();
        if (family != null && family.members.remove(text) != null) {
            registry.remove(text);
        }
    }

    /** Removes every metric that has this label. */
    public void remove(String labelName, String labelValue) {
        removeIf("", key -> labelValue.equals(key.labelValue(labelName)));
    }

    private void removeIf(String prefix, Predicate<MetricKey> choice) {
        for (Family family : families.values()) {
            if (family.name.startsWith(prefix)) {
                family.members.forEach((text, member) -> {
                    if (choice.test(member.key)) {
                        family.members.remove(text);
                        registry.remove(text);
                    }
                });
            }
        }
    }

    /** Begins a walk over all samples. */
    Iterable<Family> families() {
        walks.incrementAndGet();
        return families.values();
    }

    /** Walks all samples that {@code /metrics} shows, in the same order. */
    public void forEachSample(SampleVisitor visitor) {
        for (Family family : families()) {
            family.members.values().forEach(member -> visit(member.key, member.metric, visitor));
        }
    }

    private static void visit(MetricKey key, Metric metric, SampleVisitor visitor) {
        switch (metric) {
            case Histogram histogram -> {
                double[] bounds = histogram.bounds();
                long[] counts = histogram.cumulative();
                for (int i = 0; i < counts.length; i++) {
                    String le = i == bounds.length ? "+Inf" : Exposition.number(bounds[i]);
                    visitor.sample(key.name() + "_bucket", key.with("le", le), counts[i]);
                }
                String[] labels = key.labels().toArray(new String[0]);
                visitor.sample(key.name() + "_sum", labels, histogram.sum());
                visitor.sample(key.name() + "_count", labels, counts[counts.length - 1]);
            }
            default -> visitor.sample(key.name(), key.labels().toArray(new String[0]), value(metric));
        }
    }

    static double value(Metric metric) {
        return switch (metric) {
            case Counter counter -> counter.getCount();
            case Gauge<?> gauge -> ((Number) gauge.getValue()).doubleValue();
            default -> throw new IllegalStateException("a metric of an unknown kind: " + metric.getClass());
        };
    }
}
