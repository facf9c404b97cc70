package io.engram.server.config;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.server.http.Routes;

/** {@code /config}, {@code /config?mode=diff} and {@code /config?mode=defaults}: for operators. */
public final class ConfigPage {
    private ConfigPage() {}

    public static void register(Routes routes, Config config) {
        routes.add("GET", "/config", Routes.Access.OPERATE, exchange -> {
            String mode = exchange.parameter("mode");
            exchange.answer(200, "text/plain; charset=utf-8", ConfigText.yaml(config, mode(mode)));
        });
    }

    private static ConfigText.Mode mode(String mode) {
        return switch (mode) {
            case null -> ConfigText.Mode.ALL;
            case "diff" -> ConfigText.Mode.DIFF;
            case "defaults" -> ConfigText.Mode.DEFAULTS;
            default -> throw new Failure(ErrorId.REQUEST_MALFORMED, "mode is diff or defaults, not " + mode);
        };
    }
}
