package io.engram.app;

import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.util.Set;

/** What the process is to be. */
@Section("")
public record AppConfig(
        @Setting(
                value = "all",
                doc = "The components to run: all, or one or more of distributor, ingester, querier, store-gateway and"
                        + " compactor with commas between. All of them with ring.backend=local are one process that needs"
                        + " no other; anything else needs ring.backend=zookeeper.")
        String target) {

    public AppConfig {
        Target.parse(target); // says what is wrong
    }

    Set<Target> targets() {
        return Target.parse(target);
    }
}
