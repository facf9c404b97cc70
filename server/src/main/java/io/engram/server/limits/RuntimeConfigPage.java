package io.engram.server.limits;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.limits.Limits;
import io.engram.server.config.RecordSettings;
import io.engram.server.config.RecordSettings.Setting;
import io.engram.server.http.Json;
import io.engram.server.http.Routes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code /runtime_config}: the overrides that hold, as the runtime file has them, all keys or with {@code ?mode=diff} those
 * that differ from the defaults; above them, as comments, where they come from. For operators.
 */
public final class RuntimeConfigPage {
    private RuntimeConfigPage() {}

    public static void register(Routes routes, RuntimeLimits limits) {
        routes.add(
                "GET",
                "/runtime_config",
                Routes.Access.OPERATE,
                exchange -> exchange.answer(
                        200, "text/plain; charset=utf-8", yaml(limits, isDiff(exchange.parameter("mode")))));
    }

    private static boolean isDiff(String mode) {
        return switch (mode) {
            case null -> false;
            case "diff" -> true;
            default -> throw new Failure(ErrorId.REQUEST_MALFORMED, "mode is diff or not given, not " + mode);
        };
    }

    static String yaml(RuntimeLimits limits, boolean diff) {
        RuntimeLimits.State state = limits.state();
        StringBuilder text = new StringBuilder();
        if (limits.file() == null) {
            text.append("# no runtime-config.file is configured\n");
        } else {
            text.append("# file: ").append(limits.file()).append('\n');
            text.append("# loaded: ").append(Instant.ofEpochMilli(state.loadedMs()));
            text.append("\n# sha256: ").append(state.sha256()).append('\n');
        }
        for (String mistake : state.mistakes()) {
            text.append("# the file is bad now, what is below holds: ")
                    .append(mistake.replace('\n', ' '))
                    .append('\n');
        }
        Map<TenantId, Limits> overrides = new TreeMap<>(state.overrides());
        text.append("overrides:").append(overrides.isEmpty() ? " {}\n" : "\n");
        List<Setting> defaults = RecordSettings.of(limits.defaults());
        overrides.forEach((tenant, of) -> {
            text.append("  ");
            Json.quote(tenant.value(), text);
            text.append(":");
            int before = text.length();
            appendSettings(RecordSettings.of(of), defaults, diff, text);
            text.insert(before, text.length() == before ? " {}\n" : "\n");
        });
        return text.toString();
    }

    private static void appendSettings(List<Setting> settings, List<Setting> defaults, boolean diff, StringBuilder to) {
        for (int i = 0; i < settings.size(); i++) {
            Setting setting = settings.get(i);
            if (diff && setting.value().equals(defaults.get(i).value())) {
                continue;
            }
            to.append("    ").append(setting.key()).append(": ");
            if (setting.value() instanceof Number || setting.value() instanceof Boolean) {
                to.append(setting.value());
            } else {
                Json.quote(setting.text(), to);
            }
            to.append('\n');
        }
    }
}
