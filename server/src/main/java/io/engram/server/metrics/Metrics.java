package io.engram.server.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import java.util.function.DoubleSupplier;

/**
 * The process's metrics: Dropwizard's registry, with keys {@code name{label="value",…}}. Callers keep the handles that
 * they get; looking one up is not for inner loops.
 */
public final class Metrics {
    private final MetricRegistry registry = new MetricRegistry();

    public MetricRegistry registry() {
        return registry;
    }

    /** A counter; {@code name} ends in {@code _total}. */
    public Counter counter(String name, String help, String... labels) {
        return registry.counter(key(name, labels));
    }

    /** A gauge that is asked when somebody looks. */
    public void gauge(String name, String help, DoubleSupplier value, String... labels) {
        registry.gauge(key(name, labels), () -> (com.codahale.metrics.Gauge<Double>) value::getAsDouble);
    }

    private static String key(String name, String... labels) {
        if (labels.length == 0) {
            return name;
        }
        StringBuilder key = new StringBuilder(name).append('{');
        for (int i = 0; i < labels.length; i += 2) {
            key.append(i == 0 ? "" : ",")
                    .append(labels[i])
                    .append("=\"")
                    .append(labels[i + 1])
                    .append('"');
        }
        return key.append('}').toString();
    }
}
