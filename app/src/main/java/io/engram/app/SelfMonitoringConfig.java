package io.engram.app;

import io.engram.model.TenantId;
import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.time.Duration;

/** Whether and where Engram writes its own metrics. */
@Section("self-monitoring")
public record SelfMonitoringConfig(
        @Setting(value = "true", doc = "Write the server's own metrics into a tenant.")
        boolean enabled,

        @Setting(value = "anonymous", doc = "The tenant that gets them.")
        String tenant,

        @Setting(value = "15s", doc = "How often.") Duration interval) {

    public SelfMonitoringConfig {
        try {
            tenant = new TenantId(tenant).value();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("self-monitoring.tenant: " + e.getMessage(), e);
        }
        Check.aboveZero("self-monitoring.interval", interval);
    }
}
