package io.engram.app;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;

/** What the process is to be. */
@Section("")
public record AppConfig(
        @Setting(value = "all", doc = "The components to run. This release runs all of them in one process: all.")
        String target) {

    public AppConfig {
        Check.that(target.equals("all"), "target: '" + target + "' is not what this release can be; it runs as all");
    }
}
