package io.engram.server;

import io.engram.model.config.Section;
import io.engram.model.config.Setting;

/** Who is asked to say who they are. */
@Section("auth")
public record AuthConfig(
        @Setting(
                value = "false",
                doc =
                        "Refuse requests without the header X-Scope-OrgID; otherwise they belong to the tenant anonymous.")
        boolean requireTenant) {}
