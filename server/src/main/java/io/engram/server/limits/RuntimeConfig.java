package io.engram.server.limits;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.time.Duration;

/** Where overrides for single tenants come from. */
@Section("runtime-config")
public record RuntimeConfig(
        @Setting(
                value = "",
                doc = "YAML file with what differs for single tenants: overrides: {tenant: {max-series: 1000}}, keys as"
                        + " limits.* without the section. Read anew when it changes; empty is none.")
        String file,

        @Setting(value = "10s", doc = "How often the file is looked at.")
        Duration reloadInterval) {

    public RuntimeConfig {
        Check.aboveZero("runtime-config.reload-interval", reloadInterval);
    }
}
